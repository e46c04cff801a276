import type { EmulatorClock } from "@loong/emulator-kit";
import { randomHex, serverReqId } from "../ids.ts";
import type { Bot } from "../state/bots.ts";
import type { Connection, Connections } from "./connections.ts";

/** A client that is not ours: another machine with the same credentials. */
type Outsider = "outsider";

export interface Subscriptions {
  /** The connection becomes the bot's one subscription; whoever held it is told and becomes a zombie. */
  take(connection: Connection, bot: Bot): void;
  /** Somebody else subscribes as the bot, and stays until a client of ours does, or leaves at once. */
  takeElsewhere(bot: Bot, options: { readonly stays: boolean; readonly closeAfterMs: number | "never" }): void;
  holder(bot: Bot): Connection | Outsider | undefined;
}

export function createSubscriptions(
  connections: Connections,
  clock: EmulatorClock,
  closeAfterKickMs: number | "never",
): Subscriptions {
  const elsewhere = new Set<Bot>();

  function kick(bot: Bot, closeAfterMs: number | "never", except?: Connection): void {
    for (const old of connections.all()) {
      if (old === except || old.bot !== bot || old.state !== "subscribed") continue;
      old.state = "zombie";
      connections.write(old, disconnectedEvent(bot, clock.now()));
      if (closeAfterMs !== "never") clock.setTimer(closeAfterMs, () => connections.end(old, 1000));
    }
  }

  return {
    take(connection, bot) {
      kick(bot, closeAfterKickMs, connection);
      elsewhere.delete(bot);
      connection.bot = bot;
      connection.state = "subscribed";
    },
    takeElsewhere(bot, { stays, closeAfterMs }) {
      kick(bot, closeAfterMs);
      if (stays) elsewhere.add(bot);
    },
    holder(bot) {
      if (elsewhere.has(bot)) return "outsider";
      return connections.all().find((one) => one.bot === bot && one.state === "subscribed");
    },
  };
}

/** Has no `from`, and names what happened in `event.eventtype` only. */
function disconnectedEvent({ botId }: Bot, nowMs: number): Readonly<Record<string, unknown>> {
  return {
    cmd: "aibot_event_callback",
    headers: { req_id: serverReqId() },
    body: {
      msgid: randomHex(),
      create_time: Math.floor(nowMs / 1000),
      aibotid: botId,
      msgtype: "event",
      event: { eventtype: "disconnected_event" },
    },
  };
}
