import type { Channel, ChannelHost } from "@loong/sdk";
import { type WecomAccount, credentialsOf, websocketUrlOf } from "./config.ts";
import { createConnection } from "./connection.ts";
import { createIntake } from "./inbound/intake.ts";
import { serveLongConnection } from "./inbound/long-connection.ts";
import { createReceiver } from "./inbound/receive.ts";
import { openLink } from "./link/link.ts";
import { TIMING, type Timing } from "./link/timing.ts";
import { createMedia } from "./media.ts";
import { createMemory } from "./memory.ts";
import { send } from "./outbound/send.ts";
import { createStream } from "./outbound/stream.ts";
import { probe } from "./probe.ts";

/** Joins the parts of one account. Opens nothing before the first call. */
export function openChannel(account: WecomAccount, host: ChannelHost, timing: Timing = TIMING): Channel {
  const { accountId, clock, log } = host;
  const now = () => clock.now();
  const retryInMs = account.reconnectIntervalS * 1_000;
  const memory = createMemory(now);
  const closing = new AbortController();
  const parts = { memory, feedback: account.feedback, now };

  const connection = createConnection({
    timing,
    retryInMs,
    async open(onPush, signal) {
      const credentials = credentialsOf(account, accountId);
      const url = websocketUrlOf(account);
      const pingIntervalMs = account.pingIntervalS * 1_000;
      return openLink({ url, credentials, pingIntervalMs, timing, log }, onPush, signal);
    },
    passedBy(push, link) {
      if (push.cmd !== "aibot_msg_callback") return;
      log.warn("a message came while the connection was open only for a call: it is kept until the account is served", {
        hint: "With `loong gateway run` nothing is missed.",
      });
      receiver.receive(push, link);
    },
  });
  const intake = createIntake(log);
  const receiver = createReceiver({
    memory,
    intake,
    welcomeText: account.welcomeText,
    botName: account.botName,
    log,
    now,
  });

  return {
    probe: (signal) => probe(connection, account.botId ?? "", signal),
    send: (message, signal) => connection.use((link) => send(link, message, parts, signal), signal),
    async serve(inbound, stop) {
      const signal = AbortSignal.any([stop, closing.signal]);
      if (!signal.aborted) await serveLongConnection({ connection, receiver, intake, retryInMs }, inbound, signal);
    },
    async close() {
      closing.abort();
      connection.close();
      await intake.settle(0);
    },
    stream: createStream({ connection, ...parts }),
    media: createMedia(() => websocketUrlOf(account)),
  };
}
