import { type EmulatorClock, isRecord, type JsonRecord, parseJson, recordAt, stringAt } from "@loong/emulator-kit";
import type { Faults } from "../faults.ts";
import type { Delay, Settings } from "../options.ts";
import type { Bots } from "../state/bots.ts";
import { OK, refuse, type Answer } from "../wire/answer.ts";
import type { Callbacks } from "../wire/callbacks.ts";
import type { Connection, Connections } from "../wire/connections.ts";
import type { FrameLog } from "../wire/frame-log.ts";
import { mannerOf, type Manner } from "../wire/manner.ts";
import type { Subscriptions } from "../wire/subscriptions.ts";
import type { Handlers } from "./command.ts";
import type { Rates } from "./rates.ts";

export interface DispatchPorts {
  readonly clock: EmulatorClock;
  readonly random: () => number;
  readonly faults: Faults;
  readonly log: FrameLog;
  readonly bots: Bots;
  readonly connections: Connections;
  readonly subscriptions: Subscriptions;
  readonly callbacks: Callbacks;
  readonly rates: Rates;
  readonly handlers: Handlers;
  readonly settings: Settings;
}

interface Command {
  readonly cmd: string;
  readonly reqId: string;
  readonly body: JsonRecord;
}

/** Replies on one req_id take turns: a frame that comes before the last one was acknowledged gets 6000. */
const TAKES_TURNS = "aibot_respond_msg";

/** Carries out what clients send, in the manner that faults ask for, and acknowledges it. */
export function createDispatch(ports: DispatchPorts): (connection: Connection, data: Buffer) => void {
  const { clock, faults, log, connections } = ports;
  const busy = new Set<string>();

  function take(connection: Connection, data: Buffer): void {
    const text = data.toString("utf8");
    const frame = parseJson(text);
    const bot = connection.bot ?? ports.bots.find(stringAt(recordAt(frame, "body"), "bot_id") ?? "");
    const botId = bot === undefined ? {} : { botId: bot.botId };
    log.add({ atMs: clock.now(), connectionId: connection.id, ...botId, direction: "in", frame: frame ?? text });
    const command = commandOf(frame);
    if (command === undefined) return;
    const { cmd } = command;
    const manner = mannerOf(faults.frame({ cmd, botId: bot?.botId, text: () => JSON.stringify(frame) }));
    if (manner.startsAfterMs === 0) carryOut(connection, command, manner);
    else slowly(connection, command, manner);
  }

  function slowly(connection: Connection, command: Command, manner: Manner): void {
    const turn = turnOf(command);
    const isFree = !busy.has(turn);
    if (isFree) busy.add(turn);
    clock.setTimer(manner.startsAfterMs, () => {
      if (isFree) busy.delete(turn);
      carryOut(connection, command, manner);
    });
  }

  function carryOut(connection: Connection, command: Command, manner: Manner): void {
    const turn = turnOf(command);
    const overlaps = command.cmd === TAKES_TURNS && busy.has(turn);
    const real = overlaps ? refuse(6000) : manner.hasEffect ? effectOf(connection, command) : OK;
    if (manner.closeCode !== undefined) {
      connections.end(connection, manner.closeCode);
      return;
    }
    if (!overlaps) busy.add(turn);
    after(delayMs(ports.settings.ackDelayMs, ports.random), () => {
      if (!overlaps) busy.delete(turn);
      if (manner.ackLateMs === 0) acknowledge(connection, command, manner, real);
      else clock.setTimer(manner.ackLateMs, () => acknowledge(connection, command, manner, real));
    });
  }

  function acknowledge(connection: Connection, { reqId }: Command, manner: Manner, real: Answer): void {
    const { errcode, errmsg, body } = manner.answer ?? real;
    const frame = { headers: { req_id: reqId }, errcode, errmsg, ...(body === undefined ? {} : { body }) };
    for (let ack = 0; ack < manner.acks; ack++) connections.write(connection, frame, manner.ackForm);
    real.afterwards?.();
  }

  /** Without a delay still behind everything that came in the same packet, as behind a network. */
  function after(ms: number, run: () => void): void {
    if (ms === 0) setImmediate(run);
    else clock.setTimer(ms, run);
  }

  function effectOf(connection: Connection, { cmd, reqId, body }: Command): Answer {
    if (cmd === "ping") {
      connection.pings += 1;
      return OK;
    }
    if (cmd === "aibot_subscribe") return subscribe(connection, body);
    const { bot } = connection;
    if (bot === undefined || connection.state !== "subscribed") return refuse(846609);
    const handler = Object.hasOwn(ports.handlers, cmd) ? ports.handlers[cmd] : undefined;
    return handler === undefined ? refuse(40058, "invalid cmd") : handler({ cmd, reqId, body, connection, bot });
  }

  /** A refusal leaves the connection open, as the platform does. */
  function subscribe(connection: Connection, body: JsonRecord): Answer {
    const bot = ports.bots.find(stringAt(body, "bot_id") ?? "");
    if (bot === undefined) return refuse(853000);
    const limited = ports.rates.subscription(bot);
    if (limited !== undefined) return limited;
    if (bot.secret !== stringAt(body, "secret")) return refuse(853000);
    ports.subscriptions.take(connection, bot);
    return { ...OK, afterwards: () => ports.callbacks.flush(bot) };
  }

  return take;
}

/** `undefined` for what needs no answer: no JSON, an acknowledgement, the answer to a ping of ours. */
function commandOf(frame: unknown): Command | undefined {
  const cmd = stringAt(frame, "cmd");
  if (cmd === undefined || cmd === "pong") return undefined;
  const reqId = stringAt(recordAt(frame, "headers"), "req_id") ?? "";
  const body = isRecord(frame) && isRecord(frame["body"]) ? frame["body"] : {};
  return { cmd, reqId, body };
}

function turnOf({ cmd, reqId }: Command): string {
  return `${cmd} ${reqId}`;
}

function delayMs(delay: Delay, random: () => number): number {
  return typeof delay === "number" ? delay : delay.min + random() * (delay.max - delay.min);
}
