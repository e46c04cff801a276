import type { LoongError } from "@loong/sdk";
import { callbackErrors } from "../errors.ts";
import type { Answer, NoAnswer } from "./transport.ts";

/**
 * What an answer means for the event it answers.
 *
 * @param origin - Shown to the operator: scheme, host and port.
 * @returns `undefined` when the application has taken the event.
 */
export function errorOf(answer: Answer, origin: string, nowMs: number): LoongError | undefined {
  const { status } = answer;
  if (status >= 200 && status < 300) return undefined;
  const wait = retryAfterMs(answer.retryAfter, nowMs);
  const asked = wait === undefined ? {} : { retryAfterMs: wait };
  switch (status) {
    case 401:
    case 403:
      return callbackErrors.CALLBACK_SECRET_REFUSED([origin, status]);
    case 404:
      return callbackErrors.CALLBACK_NOT_FOUND([origin]);
    case 409:
      return callbackErrors.CALLBACK_IN_PROGRESS([origin], asked);
    case 429:
      return callbackErrors.CALLBACK_RATE_LIMITED([origin], asked);
    case 408:
    case 425:
    case 503:
      return callbackErrors.CALLBACK_UNAVAILABLE([origin, status], asked);
    default:
      if (status >= 500) return callbackErrors.CALLBACK_FAILED([origin, status], asked);
      if (status >= 400) return callbackErrors.CALLBACK_REFUSED([origin, status]);
      return callbackErrors.CALLBACK_REDIRECTED([origin, status]);
  }
}

/** A request of which no byte was written is safe to repeat; of any other nobody can tell. */
export function errorOfSilence({ started, cause }: NoAnswer, origin: string): LoongError {
  const reason = reasonOf(cause);
  return started
    ? callbackErrors.CALLBACK_ANSWER_LOST([origin, reason], { cause })
    : callbackErrors.CALLBACK_UNREACHABLE([origin, reason], { cause });
}

/**
 * @param header - Seconds, or an HTTP date (RFC 9110, section 10.2.3).
 * @returns milliseconds from now, or `undefined` when it says nothing usable.
 */
export function retryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  if (/^[0-9]{1,9}$/.test(text)) return Number(text) * 1000;
  const atMs = text.endsWith("GMT") ? Date.parse(text) : Number.NaN;
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - nowMs);
}

/** `"ECONNREFUSED"`: codes carry no address and no secret, messages may. */
function reasonOf(cause: unknown): string {
  const { code, name } = cause as { readonly code?: unknown; readonly name?: unknown };
  if (typeof code === "string") return code;
  return typeof name === "string" ? name : "no reason given";
}
