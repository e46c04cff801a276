import { type FailureOutcome, isLoongError, LoongError } from "@loong/sdk";
import { isObject } from "../plugins/manifest.ts";

const OUTCOMES: Readonly<Record<FailureOutcome, true>> = {
  "not-sent": true,
  rejected: true,
  "bad-credentials": true,
  conflict: true,
  unknown: true,
};
const CODE = /^[A-Z][A-Z0-9_]{0,63}$/;
const MAX_TEXT = 2_000;
const MAX_RETRY_AFTER_MS = 24 * 60 * 60_000;

/** What crosses of an error: a `LoongError` as it is, without its cause; of any other its name and stack. */
export function failureFacts(error: unknown): Readonly<Record<string, unknown>> {
  if (isLoongError(error)) return { loong: LoongError.prototype.toJSON.call(error) };
  if (!(error instanceof Error)) return { name: typeof error, stack: String(error).slice(0, MAX_TEXT) };
  return { name: error.name.slice(0, 100), stack: (error.stack ?? error.message).slice(0, MAX_TEXT) };
}

/** The error that `failureFacts` described, as far as it can be believed. */
export function reviveFailure(facts: unknown): Error {
  if (!isObject(facts)) return foreign({});
  const { loong } = facts;
  if (!isObject(loong) || typeof loong["code"] !== "string" || !CODE.test(loong["code"])) return foreign(facts);
  const { code, hint, outcome, retryAfterMs } = loong;
  return new LoongError(code, textOf(loong["message"]) ?? code, {
    ...(typeof hint === "string" ? { hint: hint.slice(0, MAX_TEXT) } : {}),
    ...(isOutcome(outcome) ? { outcome } : {}),
    ...(isDuration(retryAfterMs) ? { retryAfterMs: Math.min(retryAfterMs, MAX_RETRY_AFTER_MS) } : {}),
  });
}

function foreign(facts: Readonly<Record<string, unknown>>): Error {
  const name = textOf(facts["name"])?.slice(0, 100) ?? "Error";
  const error = new Error(textOf(facts["stack"]) ?? "It says nothing more.");
  error.name = name === "LoongError" ? "Error" : name;
  error.stack = error.message;
  return error;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value.slice(0, MAX_TEXT) : undefined;
}

function isOutcome(value: unknown): value is FailureOutcome {
  return typeof value === "string" && Object.hasOwn(OUTCOMES, value);
}

function isDuration(value: unknown): value is number {
  return typeof value === "number" && value >= 0;
}
