import type { Hook, HookKind, Hooks } from "../hooks.ts";

/** One request, read to its end. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: number;
  /** Parsed; `undefined` when it is not JSON. */
  readonly body: unknown;
}

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object goes out as JSON, a string as plain text. */
  readonly body: object | string;
  /** What the room shows because of this request. */
  readonly shows?: { readonly text: string; readonly type: string };
}

/** How one of the receivers behaves. What it decides depends on its arguments alone. */
export interface Receiver {
  readonly kinds: readonly HookKind[];
  /** The token in the address; `undefined` when the address is none of this receiver's. */
  tokenOf(call: Call): string | undefined;
  answer(call: Call, hook: Hook | undefined, nowMs: number): Reply;
  /** An error in this receiver's own form, for faults. */
  error(code: number | string, words: string): Reply;
  /** How it says that messages come too fast. */
  readonly tooFast: { readonly code: number | string; readonly words: string };
  /** At most `max` messages in `withinMs`. */
  readonly rates: readonly { readonly max: number; readonly withinMs: number }[];
  /** How long it takes nothing more, once a rate was exceeded. */
  readonly penaltyMs?: number;
}

/** A request that names a receiver, and the hook if there is one. */
export interface Addressed {
  readonly receiver: Receiver;
  readonly hook: Hook | undefined;
}

export function addressed(call: Call, receivers: readonly Receiver[], hooks: Hooks): Addressed | undefined {
  for (const receiver of receivers) {
    const token = receiver.tokenOf(call);
    if (token !== undefined) return { receiver, hook: hooks.find(receiver.kinds, token) };
  }
  return undefined;
}

/** Counts a message of `hook`. Says whether it is one too many. */
export function isTooFast(receiver: Receiver, hook: Hook, nowMs: number): boolean {
  if (nowMs < hook.blockedUntilMs) return true;
  const tooMany = receiver.rates.some(
    ({ max, withinMs }) => hook.callsMs.filter((atMs) => atMs > nowMs - withinMs).length >= max,
  );
  if (tooMany) hook.blockedUntilMs = nowMs + (receiver.penaltyMs ?? 0);
  else hook.callsMs.push(nowMs);
  return tooMany;
}
