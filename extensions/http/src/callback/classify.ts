import type { IncomingHttpHeaders } from "node:http";
import { ExchangeFailure, retryAfterMs } from "@loong/guards";
import type { LoongError } from "@loong/sdk";
import { callbackErrors } from "../errors.ts";

/** The head of an `IncomingMessage`. */
interface Answer {
  readonly statusCode?: number | undefined;
  readonly headers: IncomingHttpHeaders;
}

/**
 * What an answer means for the event it answers.
 *
 * @param origin - Shown to the operator: scheme, host and port.
 * @returns `undefined` when the application has taken the event.
 */
export function errorOf(
  { statusCode: status = 0, headers }: Answer,
  origin: string,
  nowMs: number,
): LoongError | undefined {
  if (status >= 200 && status < 300) return undefined;
  const wait = retryAfterMs(headers, nowMs);
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
export function errorOfSilence(failure: unknown, origin: string): unknown {
  if (!(failure instanceof ExchangeFailure)) return failure;
  const { reached, message, cause } = failure;
  const make = reached ? callbackErrors.CALLBACK_ANSWER_LOST : callbackErrors.CALLBACK_UNREACHABLE;
  return make([origin, message], { cause });
}
