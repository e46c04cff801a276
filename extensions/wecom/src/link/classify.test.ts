import { expect, test } from "vitest";
import { classify, classifySubscription } from "./classify.ts";

const answer = (code: number, detail = "no") => ({ kind: "answer", reqId: "r", code, detail, body: {} }) as const;

test.each([
  [-1, "WECOM_BUSY", "not-sent"],
  [6000, "WECOM_OVERLAP", "not-sent"],
  [40008, "WECOM_TYPE_REFUSED", "rejected"],
  [40201, "WECOM_SPAM", "rejected"],
  [45002, "WECOM_TOO_LONG", "rejected"],
  [45009, "WECOM_API_LIMITED", "not-sent"],
  [45033, "WECOM_BUSY", "not-sent"],
  [93001, "WECOM_CHAT_REFUSED", "rejected"],
  [93006, "WECOM_CHAT_REFUSED", "rejected"],
  [93008, "WECOM_CHAT_REFUSED", "rejected"],
  [600039, "WECOM_STREAM_UNSUPPORTED", "rejected"],
  [846604, "WECOM_REPLY_CLOSED", "rejected"],
  [846605, "WECOM_REPLY_CLOSED", "rejected"],
  [846607, "WECOM_RATE_LIMITED", "not-sent"],
  [846608, "WECOM_STREAM_EXPIRED", "rejected"],
  [846609, "WECOM_NOT_SUBSCRIBED", "not-sent"],
  [853000, "WECOM_CREDENTIALS_REJECTED", "bad-credentials"],
  [999999, "WECOM_REFUSED", "rejected"],
])("errcode %i is %s", (code, row, outcome) => {
  const error = classify(answer(code));
  expect(error).toMatchObject({ code: row, outcome });
  expect(error.message).toContain(`errcode ${code}: no`);
});

test("a limit on calls is not asked again within half a minute", () => {
  expect(classify(answer(45009)).retryAfterMs).toBeGreaterThanOrEqual(30_000);
});

test.each([
  [853000, "WECOM_CREDENTIALS_REJECTED"],
  [600041, "WECOM_CREDENTIALS_REJECTED"],
  [45009, "WECOM_SUBSCRIBE_LIMITED"],
  [-1, "WECOM_SUBSCRIBE_REFUSED"],
])("the subscription's errcode %i is %s", (code, row) => {
  expect(classifySubscription(answer(code)).code).toBe(row);
});
