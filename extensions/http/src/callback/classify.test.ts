import { ExchangeFailure } from "@loong/guards";
import { expect, test } from "vitest";
import { errorOf, errorOfSilence } from "./classify.ts";

const nowMs = Date.UTC(2026, 10, 21, 12);
const origin = "https://app.example.com";
const of = (status: number, retryAfter?: string) =>
  errorOf(
    { statusCode: status, headers: retryAfter === undefined ? {} : { "retry-after": retryAfter } },
    origin,
    nowMs,
  );

test.each([200, 201, 202, 204, 299])("%d is taken", (status) => {
  expect(of(status)).toBeUndefined();
});

test.each([
  [301, "CALLBACK_REDIRECTED", "not-sent"],
  [307, "CALLBACK_REDIRECTED", "not-sent"],
  [400, "CALLBACK_REFUSED", "rejected"],
  [401, "CALLBACK_SECRET_REFUSED", "bad-credentials"],
  [403, "CALLBACK_SECRET_REFUSED", "bad-credentials"],
  [404, "CALLBACK_NOT_FOUND", "rejected"],
  [408, "CALLBACK_UNAVAILABLE", "not-sent"],
  [409, "CALLBACK_IN_PROGRESS", "unknown"],
  [410, "CALLBACK_REFUSED", "rejected"],
  [413, "CALLBACK_REFUSED", "rejected"],
  [422, "CALLBACK_REFUSED", "rejected"],
  [425, "CALLBACK_UNAVAILABLE", "not-sent"],
  [429, "CALLBACK_RATE_LIMITED", "not-sent"],
  [500, "CALLBACK_FAILED", "unknown"],
  [502, "CALLBACK_FAILED", "unknown"],
  [503, "CALLBACK_UNAVAILABLE", "not-sent"],
  [504, "CALLBACK_FAILED", "unknown"],
])("%d is %s, %s", (status, code, outcome) => {
  expect(of(status)).toMatchObject({ code, outcome });
});

test("the wait that the application asks for is passed on", () => {
  expect(of(429, "7")).toMatchObject({ retryAfterMs: 7_000 });
  expect(of(503, "0")).toMatchObject({ retryAfterMs: 0 });
  expect(of(429, "soon")?.retryAfterMs).toBeUndefined();
  expect(of(400, "7")?.retryAfterMs).toBeUndefined();
});

test("silence before the first byte is safe to repeat, silence after it is unknown", () => {
  const cause = Object.assign(new Error("connect ECONNREFUSED https://app.example.com/?token=hidden"), {
    code: "ECONNREFUSED",
  });
  const { signal } = new AbortController();
  const before = errorOfSilence(new ExchangeFailure(false, cause, signal), origin);
  expect(before).toMatchObject({ code: "CALLBACK_UNREACHABLE", outcome: "not-sent" });
  expect((before as Error).message).not.toContain("hidden");
  expect(errorOfSilence(new ExchangeFailure(true, cause, signal), origin)).toMatchObject({
    code: "CALLBACK_ANSWER_LOST",
    outcome: "unknown",
  });
});
