import { createFaultTable, type FaultScope, type FaultTable } from "@loong/emulator-kit";

interface BotScope extends FaultScope {
  readonly botId?: string;
}

/** Something goes wrong with a frame of a client. */
export interface FrameFault extends BotScope {
  readonly on?: "frame";
  /** `aibot_respond_msg`; `*` is every command but `aibot_subscribe` and `ping`. */
  readonly cmd: string;
  /** Only frames whose JSON, written without spaces, holds this text: `"finish":true`. */
  readonly contains?: string;
  readonly action: FrameFaultAction;
}

/** The same for a subscription or a ping. */
export interface SubscribeFault extends BotScope {
  readonly on: "subscribe";
  readonly action: FrameFaultAction;
}
export interface PingFault extends BotScope {
  readonly on: "ping";
  readonly action: FrameFaultAction;
}

/**
 * - `errcode`: another answer than the real one, that much later; with `after`, the command has its effect all the same
 * - `silent`: no effect and no acknowledgement
 * - `drop-ack`: has its effect, is never acknowledged
 * - `lateMs`: has its effect at once, is acknowledged that much later
 * - `slowMs`: has its effect and its acknowledgement that much later; the req_id is busy meanwhile
 * - `duplicate-ack`: acknowledged twice
 * - `close-before`, `close-after`: the connection breaks before, or after, the effect, and without an acknowledgement
 * - `closeCode`: the same with a close frame; 1006 is a break without one
 * - `malformed-ack`, `binary-ack`: the acknowledgement is half a JSON, or comes in a binary frame
 */
export type FrameFaultAction =
  | { readonly errcode: number; readonly errmsg?: string; readonly after?: boolean; readonly lateMs?: number }
  | { readonly lateMs: number }
  | { readonly slowMs: number }
  | { readonly closeCode: number; readonly after?: boolean }
  | "silent"
  | "drop-ack"
  | "duplicate-ack"
  | "close-before"
  | "close-after"
  | "malformed-ack"
  | "binary-ack";

/** `hang`: TCP connects and nothing more comes. */
export interface UpgradeFault extends FaultScope {
  readonly on: "upgrade";
  readonly action: "hang" | "reset" | { readonly status: number };
}

/** Something goes wrong with a callback on its way to a client. */
export interface CallbackFault extends BotScope {
  readonly on: "callback";
  /** The msgtype or eventtype: `text`, `enter_chat`; absent: any. */
  readonly type?: string;
  readonly action: CallbackFaultAction;
}

/**
 * - `drop`, `duplicate` (the same msgid with another req_id), `delayMs`
 * - `redeliver`: comes, and comes again (same msgid, another req_id) after the bot's next subscription
 * - `close-before`, `close-after`: the connection breaks instead of, or right after, the callback
 * - `control-chars`: line ends and tabs stand in the JSON as they are, and a field holds a bell character
 * - `binary`: in a binary frame. `malformed-first`: half a JSON comes first. `padBytes`: a field of that size in it
 */
export type CallbackFaultAction =
  | { readonly delayMs: number }
  | { readonly padBytes: number }
  | "drop"
  | "duplicate"
  | "redeliver"
  | "close-before"
  | "close-after"
  | "control-chars"
  | "binary"
  | "malformed-first";

/** Something goes wrong with the download of a file. */
export interface MediaFault extends FaultScope {
  readonly on: "media";
  /** Only files whose name holds this text. */
  readonly contains?: string;
  readonly action: MediaFaultAction;
}

/** `hugeBytes`: that many bytes come instead, without a length in front. `reset`: the socket breaks half-way. */
export type MediaFaultAction =
  | { readonly status: number }
  | { readonly slowMs: number }
  | { readonly hugeBytes: number }
  | "not-found"
  | "expired"
  | "truncated"
  | "wrong-padding"
  | "wrong-key"
  | "hang"
  | "reset";

export type Fault = FrameFault | SubscribeFault | PingFault | UpgradeFault | CallbackFault | MediaFault;

export interface Faults extends Omit<FaultTable<Fault>, "strike"> {
  frame(frame: {
    readonly cmd: string;
    readonly botId: string | undefined;
    text(): string;
  }): FrameFaultAction | undefined;
  upgrade(): UpgradeFault["action"] | undefined;
  callback(botId: string, type: string): CallbackFaultAction | undefined;
  media(fileName: string): MediaFaultAction | undefined;
}

const KEEPALIVE = new Set(["aibot_subscribe", "ping"]);

export function createFaults(random: () => number): Faults {
  const { strike, ...table } = createFaultTable<Fault>(random);
  return {
    ...table,
    frame: (frame) =>
      strike((fault): fault is FrameFault | SubscribeFault | PingFault => hitsFrame(fault, frame))?.action,
    upgrade: () => strike((fault): fault is UpgradeFault => fault.on === "upgrade")?.action,
    callback: (botId, type) =>
      strike(
        (fault): fault is CallbackFault =>
          fault.on === "callback" && (fault.botId ?? botId) === botId && (fault.type ?? type) === type,
      )?.action,
    media: (fileName) =>
      strike((fault): fault is MediaFault => fault.on === "media" && fileName.includes(fault.contains ?? ""))?.action,
  };
}

function hitsFrame(
  fault: Fault,
  { cmd, botId, text }: Parameters<Faults["frame"]>[0],
): fault is FrameFault | SubscribeFault | PingFault {
  if (!isFrameFault(fault) || !isFor(fault, botId)) return false;
  if (fault.on === "subscribe") return cmd === "aibot_subscribe";
  if (fault.on === "ping") return cmd === "ping";
  const isItsCommand = fault.cmd === cmd || (fault.cmd === "*" && !KEEPALIVE.has(cmd));
  return isItsCommand && (fault.contains === undefined || text().includes(fault.contains));
}

function isFrameFault(fault: Fault): fault is FrameFault | SubscribeFault | PingFault {
  return fault.on !== "upgrade" && fault.on !== "callback" && fault.on !== "media";
}

function isFor(fault: BotScope, botId: string | undefined): boolean {
  return fault.botId === undefined || fault.botId === botId;
}
