import type { Readable, Writable } from "node:stream";
import { isObject } from "../plugins/manifest.ts";
import { isolationErrors } from "./errors.ts";
import { failureFacts, reviveFailure } from "./failure.ts";
import { createFrameReader, FrameFault, frameOf } from "./frames.ts";
import { parsePlain } from "./plain.ts";

/** One end of what lies between the gateway and a plugin's process. Both ends call and are called. */
export interface Peer {
  /** @throws what the other side threw, and what `end` was told. */
  call(method: string, params: unknown, signal?: AbortSignal): Promise<unknown>;
  /** Says something that has no answer. */
  tell(method: string, params: unknown): void;
  /** Nothing more comes: what is still waited for is rejected. `begun`: the other side said that it was at work. */
  end(errorOf: (begun: boolean) => Error): void;
}

export interface PeerOptions {
  /** Two pipes, not one: a write to a process that has just ended breaks its pipe, and what it said last is still to be read. */
  readonly incoming: Readable;
  readonly outgoing: Writable;
  /** Of one message that comes in. */
  readonly maxBytes: number;
  /** Calls of the other side that may be under way. */
  readonly maxCalls: number;
  /** The most that one message may hold that goes out. Absent: no limit. */
  readonly maxOutgoingBytes?: number;
  /** Calls of the other side that it wants to know to have begun. */
  readonly announced?: ReadonlySet<string>;
  readonly answer: (method: string, params: unknown, signal: AbortSignal) => Promise<unknown>;
  readonly told: (method: string, params: unknown) => void;
  /** The other side broke the rules: `"sent a message that is no JSON"`. Called once; nothing more is read. */
  readonly fault: (what: string) => void;
  /** Calls to the other side are under way, or none any more. */
  readonly busy?: (isBusy: boolean) => void;
  /** How long a call may go on after its signal aborted, and what is then thrown. */
  readonly cancelled: { readonly afterMs: number; readonly error: (method: string) => Error };
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  begun: boolean;
}

export function createPeer(options: PeerOptions): Peer {
  const { incoming, outgoing, announced } = options;
  const waiting = new Map<number, Waiting>();
  const working = new Map<number, AbortController>();
  let lastId = 0;
  let ended: ((begun: boolean) => Error) | undefined;

  function write(message: Readonly<Record<string, unknown>>, written?: () => void): void {
    if (ended !== undefined || !outgoing.writable) return;
    const frame = frameOf(JSON.stringify(message));
    const { maxOutgoingBytes = Infinity } = options;
    if (frame.length > maxOutgoingBytes) {
      throw isolationErrors.ISOLATION_MESSAGE_TOO_LARGE([frame.length, maxOutgoingBytes]);
    }
    outgoing.write(frame, written);
  }

  /** The other side knows that it began before anything of it happens: what it never heard of never happened. */
  async function begin(id: number, method: string): Promise<void> {
    if (announced?.has(method) === true) await new Promise<void>((resolve) => write({ begun: id }, resolve));
  }

  async function work(id: number, method: string, params: unknown): Promise<void> {
    if (working.size >= options.maxCalls) throw new FrameFault(`made more than ${options.maxCalls} calls at one time`);
    const controller = new AbortController();
    working.set(id, controller);
    try {
      await begin(id, method);
      // Who listens for an abort would not hear of one that has been.
      if (controller.signal.aborted) throw isolationErrors.ISOLATION_ABORTED([method]);
      write({ done: id, value: await options.answer(method, params, controller.signal) });
    } catch (error) {
      write({ failed: id, error: failureFacts(error) });
    } finally {
      working.delete(id);
    }
  }

  function settle(id: number, finish: (call: Waiting) => void): void {
    const call = waiting.get(id);
    if (call === undefined) return;
    waiting.delete(id);
    if (waiting.size === 0) options.busy?.(false);
    finish(call);
  }

  function take(message: unknown): void {
    if (!isObject(message)) throw new FrameFault("sent a message that is no object");
    const { call, method, params, cancel, begun, done, failed, tell } = message;
    if (isId(call) && typeof method === "string") void work(call, method, params).catch(refuse);
    else if (typeof tell === "string") options.told(tell, params);
    else if (isId(done)) settle(done, ({ resolve }) => resolve(message["value"]));
    else if (isId(failed)) settle(failed, ({ reject }) => reject(reviveFailure(message["error"])));
    else if (isId(cancel)) working.get(cancel)?.abort(new Error("the call was aborted"));
    else if (isId(begun)) Object.assign(waiting.get(begun) ?? {}, { begun: true });
    else throw new FrameFault("sent a message that is none of those that are known");
  }

  function refuse(error: unknown): void {
    incoming.off("data", onData);
    options.fault(error instanceof FrameFault ? error.message : `sent what could not be used: ${String(error)}`);
  }

  const read = createFrameReader(options.maxBytes, (text) => take(parsePlain(text)));
  function onData(chunk: Buffer): void {
    try {
      read(chunk);
    } catch (error) {
      refuse(error);
    }
  }
  incoming.on("data", onData);
  // The end of a pipe says all there is to say.
  for (const pipe of [incoming, outgoing]) pipe.on("error", () => undefined);

  return {
    async call(method, params, signal) {
      if (ended !== undefined) throw ended(false);
      const id = ++lastId;
      const answered = new Promise<unknown>((resolve, reject) => {
        waiting.set(id, { resolve, reject, begun: false });
      });
      if (waiting.size === 1) options.busy?.(true);
      try {
        write({ call: id, method, params });
      } catch (error) {
        settle(id, ({ reject }) => reject(error as Error));
      }
      return signal === undefined ? answered : cancellable(answered, signal, () => cancel(id, method));
    },
    tell: (method, params) => write({ tell: method, params }),
    end(errorOf) {
      if (ended !== undefined) return;
      ended = errorOf;
      for (const controller of working.values()) controller.abort(new Error("the other side is gone"));
      for (const id of waiting.keys()) settle(id, ({ reject, begun }) => reject(errorOf(begun)));
    },
  };

  /** @returns Takes the deadline away again. */
  function cancel(id: number, method: string): () => void {
    write({ cancel: id });
    const { afterMs, error } = options.cancelled;
    const timer = setTimeout(() => settle(id, ({ reject }) => reject(error(method))), afterMs);
    return () => clearTimeout(timer);
  }
}

async function cancellable<T>(answered: Promise<T>, signal: AbortSignal, cancel: () => () => void): Promise<T> {
  let relax: (() => void) | undefined;
  const onAbort = () => {
    relax = cancel();
  };
  if (signal.aborted) onAbort();
  else signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await answered;
  } finally {
    signal.removeEventListener("abort", onAbort);
    relax?.();
  }
}

function isId(value: unknown): value is number {
  return Number.isSafeInteger(value);
}
