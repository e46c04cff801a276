import { type FailureOutcome, isLoongError, LoongError, type SerializedError } from "@loong/sdk";
import { hostErrors } from "../errors.ts";
import type { CallName } from "@loong/api/routes";

/** How an error crosses the socket: `ControlError` of `@loong/api`, with `retryAfterMs` where there is one. */
export interface Failure {
  readonly status: number;
  readonly body: { readonly error: SerializedError };
}

const statusOf: Readonly<Record<string, number>> = {
  CONTROL_REQUEST_INVALID: 400,
  CONTROL_ROUTE_UNKNOWN: 404,
  CONTROL_BODY_TOO_LARGE: 413,
};

/** A `LoongError` was meant for the operator. Anything else may hold a secret, so only the log learns of it. */
export function failureOf(call: CallName | undefined, error: unknown): Failure {
  if (!isLoongError(error))
    return { status: 500, body: { error: hostErrors.CONTROL_FAILED([call ?? "request"]).toJSON() } };
  return { status: statusOf[error.code] ?? 422, body: { error: LoongError.prototype.toJSON.call(error) } };
}

const outcomes: readonly string[] = [
  "not-sent",
  "rejected",
  "bad-credentials",
  "conflict",
  "unknown",
] satisfies FailureOutcome[];

/** @returns `undefined` when `body` is not what `failureOf` made. */
export function errorOf(body: unknown): LoongError | undefined {
  const { error } = (body ?? {}) as { error?: Partial<SerializedError> };
  if (typeof error?.code !== "string" || typeof error.message !== "string") return undefined;
  return new LoongError(error.code, error.message, {
    ...(typeof error.hint === "string" ? { hint: error.hint } : {}),
    ...(outcomes.includes(error.outcome ?? "") ? { outcome: error.outcome as FailureOutcome } : {}),
    ...(typeof error.retryAfterMs === "number" ? { retryAfterMs: error.retryAfterMs } : {}),
  });
}
