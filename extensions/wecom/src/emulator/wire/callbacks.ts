import type { EmulatorClock, JsonRecord } from "@loong/emulator-kit";
import { emulatorErrors } from "../errors.ts";
import type { CallbackFaultAction, Faults } from "../faults.ts";
import type { Bot } from "../state/bots.ts";
import type { Connection, Connections, FrameForm } from "./connections.ts";
import type { Subscriptions } from "./subscriptions.ts";
import type { Ticket, Tickets } from "./tickets.ts";

interface CallbackDraft {
  readonly msgId: string;
  readonly cmd: string;
  /** The msgtype or eventtype. */
  readonly type: string;
  /** Its first req_id; a redelivery gets one of its own. */
  readonly ticket: Ticket;
  /** Made when it is delivered for the first time, so that links in it are fresh; a redelivery repeats it. */
  readonly body: () => JsonRecord;
}

/** `kept`: nobody was subscribed, it waits. `outsider`: a client elsewhere took it. */
export type DeliveryOutcome = "delivered" | "kept" | "dropped" | "outsider";

export interface CallbackView {
  readonly msgId: string;
  readonly botId: string;
  readonly type: string;
  readonly deliveries: readonly {
    readonly atMs: number;
    readonly reqId: string;
    readonly outcome: DeliveryOutcome;
    readonly connectionId?: string;
  }[];
}

export interface Callbacks {
  publish(draft: CallbackDraft): void;
  /** Sends it again: the same msgid, another req_id. @returns that req_id. @throws WECOM_EMULATOR_NOT_FOUND */
  redeliver(msgId: string): string;
  /** Sends what waited for the bot's subscription. */
  flush(bot: Bot): void;
  list(): readonly CallbackView[];
}

export interface CallbackPorts {
  readonly clock: EmulatorClock;
  readonly faults: Faults;
  readonly connections: Connections;
  readonly subscriptions: Subscriptions;
  readonly tickets: Tickets;
  readonly unsubscribed: "keep" | "drop";
  readonly keep: number;
}

interface Callback {
  readonly draft: CallbackDraft;
  readonly bot: Bot;
  body: JsonRecord | undefined;
  readonly deliveries: CallbackView["deliveries"][number][];
}

interface Waiting {
  readonly callback: Callback;
  readonly ticket: Ticket;
}

export function createCallbacks(ports: CallbackPorts): Callbacks {
  const { clock, faults, connections, subscriptions, tickets } = ports;
  const callbacks = new Map<string, Callback>();
  let waiting: Waiting[] = [];

  function note({ callback, ticket }: Waiting, outcome: DeliveryOutcome, connection?: Connection): void {
    const connectionId = connection === undefined ? {} : { connectionId: connection.id };
    callback.deliveries.push({ atMs: clock.now(), reqId: ticket.reqId, outcome, ...connectionId });
  }

  function attempt(one: Waiting): void {
    const holder = subscriptions.holder(one.callback.bot);
    if (holder === "outsider") note(one, "outsider");
    else if (holder !== undefined) deliver(one, holder);
    else if (ports.unsubscribed === "keep") keep(one);
    else note(one, "dropped");
  }

  function keep(one: Waiting): void {
    waiting.push(one);
    note(one, "kept");
  }

  function deliver(one: Waiting, connection: Connection): void {
    const action = faults.callback(one.callback.bot.botId, one.callback.draft.type);
    if (action === undefined) write(one, connection);
    else misbehave(one, connection, action);
  }

  function misbehave(one: Waiting, connection: Connection, action: CallbackFaultAction): void {
    if (typeof action === "object") {
      if ("delayMs" in action) clock.setTimer(action.delayMs, () => later(one));
      else write(one, connection, "json", { padding: "x".repeat(action.padBytes) });
      return;
    }
    switch (action) {
      case "drop":
        note(one, "dropped");
        return;
      case "close-before":
        note(one, "dropped");
        connections.end(connection, 1006);
        return;
      case "close-after":
        write(one, connection);
        connections.end(connection, 1006);
        return;
      case "duplicate":
        write(one, connection);
        write(again(one.callback), connection);
        return;
      case "redeliver":
        write(one, connection);
        waiting.push(again(one.callback));
        return;
      case "control-chars":
      case "binary":
        write(one, connection, action);
        return;
      case "malformed-first":
        connections.write(connection, frameOf(one), "malformed");
        write(one, connection);
        return;
    }
  }

  /** After a delay; faults had their say already. */
  function later(one: Waiting): void {
    const holder = subscriptions.holder(one.callback.bot);
    if (typeof holder === "object") write(one, holder);
    else attempt(one);
  }

  function write(one: Waiting, connection: Connection, form: FrameForm = "json", extra: JsonRecord = {}): void {
    one.ticket.connectionId = connection.id;
    one.ticket.issuedAtMs = clock.now();
    const frame = frameOf(one);
    const body = { ...one.callback.body, ...extra };
    connections.write(connection, { ...frame, body }, form);
    note(one, "delivered", connection);
  }

  function again(callback: Callback): Waiting {
    return { callback, ticket: tickets.issue(callback.draft.ticket) };
  }

  function forgetOldest(): void {
    if (callbacks.size <= ports.keep * 2) return;
    for (const msgId of [...callbacks.keys()].slice(0, ports.keep)) callbacks.delete(msgId);
  }

  return {
    publish(draft) {
      const callback: Callback = { draft, bot: draft.ticket.bot, body: undefined, deliveries: [] };
      callbacks.set(draft.msgId, callback);
      forgetOldest();
      attempt({ callback, ticket: draft.ticket });
    },
    redeliver(msgId) {
      const callback = callbacks.get(msgId);
      if (callback === undefined) throw emulatorErrors.WECOM_EMULATOR_NOT_FOUND(["callback", msgId]);
      const one = again(callback);
      attempt(one);
      return one.ticket.reqId;
    },
    flush(bot) {
      const due = waiting.filter(({ callback }) => callback.bot === bot);
      waiting = waiting.filter(({ callback }) => callback.bot !== bot);
      for (const one of due) attempt(one);
    },
    list: () => [...callbacks.values()].map(view),
  };
}

function frameOf({ callback, ticket }: Waiting): JsonRecord {
  callback.body ??= callback.draft.body();
  return { cmd: callback.draft.cmd, headers: { req_id: ticket.reqId }, body: callback.body };
}

function view({ draft, bot, deliveries }: Callback): CallbackView {
  return { msgId: draft.msgId, botId: bot.botId, type: draft.type, deliveries: [...deliveries] };
}
