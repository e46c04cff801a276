import type { Bench } from "../bench.ts";
import { randomUUID } from "node:crypto";
import type { Json } from "../fixture.ts";
import { friendIds, type House, until } from "../house.ts";
import { gatewayBench } from "./gateway.ts";
import { laidOver } from "./requests.ts";

interface Input {
  /** Laid over a frame with a message of somebody who may speak. */
  readonly frame?: Json;
  readonly text?: string;
  /** As a binary frame. */
  readonly bytes?: string;
  /** The connection ends by this, and the gateway opens another. */
  readonly ends?: boolean;
}

/** Whatever comes in on the long connection. */
export async function openWecomBench(house: House): Promise<Bench> {
  return gatewayBench(house, async (input) => {
    const { frame, text, bytes, ends = false } = input as Input;
    const { wecom } = house;
    const before = wecom.subscriptions();
    if (bytes !== undefined) await wecom.push(Buffer.from(bytes, "latin1"));
    else
      await wecom.push(text ?? JSON.stringify(laidOver(properFrame(friendIds.wecom(house.nextFriend())), frame ?? {})));
    if (ends)
      await until(
        async () => wecom.subscriptions() > before,
        () => "the gateway subscribes again",
      );
    return { is: { reconnected: wecom.subscriptions() > before }, said: "" };
  });
}

function properFrame(userid: string): Json {
  return {
    cmd: "aibot_msg_callback",
    headers: { req_id: randomUUID() },
    body: {
      msgid: randomUUID(),
      aibotid: "aib_corpus",
      chattype: "single",
      from: { userid },
      create_time: Math.floor(Date.now() / 1_000),
      msgtype: "text",
      text: { content: "hello" },
    },
  };
}
