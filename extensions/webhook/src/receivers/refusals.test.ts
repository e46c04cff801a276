import type { FailureOutcome } from "@loong/sdk";
import { describe, expect, test } from "vitest";
import type { ReceiverKind, WebhookAccount } from "../config.ts";
import { webhookErrors } from "../errors.ts";
import type { HttpAnswer } from "@loong/guards";
import { receiverOf } from "./receiver-of.ts";

const account: WebhookAccount = { payloadFormat: "json_text", payloadTextField: "text", allowPrivateHosts: false };
const answer = (status: number, body: object | string, headers = {}): HttpAnswer => ({
  status,
  headers,
  text: typeof body === "string" ? body : JSON.stringify(body),
});

/** Code and outcome that an answer comes to; `undefined` when it is a success. */
function meaning(kind: ReceiverKind, given: HttpAnswer): readonly [string, FailureOutcome | undefined] | undefined {
  const refusal = receiverOf(kind, account).refusal(given, 0);
  if (refusal === undefined) return undefined;
  const { code, outcome } = webhookErrors[refusal.row](["x", refusal.said]);
  return [code, refusal.outcome ?? outcome];
}

const feishu = (code: number, msg = "said") => answer(200, { code, data: {}, msg });
const coded = (errcode: number | string, errmsg = "said") => answer(200, { errcode, errmsg });

test.each<[ReceiverKind, HttpAnswer]>([
  ["feishu", answer(200, { StatusCode: 0, StatusMessage: "success", code: 0, data: {}, msg: "success" })],
  ["feishu", answer(200, { StatusCode: 0, StatusMessage: "success" })],
  ["lark", feishu(0)],
  ["wecom", coded(0)],
  ["dingtalk", coded(0)],
  ["dingtalk", coded("0")],
  ["slack", answer(200, "ok")],
  ["json", answer(200, "")],
  ["json", answer(204, "")],
])("%s takes the message with %j", (kind, given) => {
  expect(meaning(kind, given)).toBeUndefined();
});

describe("what receivers answer, and what it means for the words", () => {
  test.each<[ReceiverKind, HttpAnswer, string, FailureOutcome]>([
    ["feishu", feishu(19001), "WEBHOOK_UNKNOWN", "bad-credentials"],
    ["feishu", feishu(19002), "WEBHOOK_BAD_MESSAGE", "rejected"],
    ["feishu", feishu(9499), "WEBHOOK_BAD_MESSAGE", "rejected"],
    ["lark", feishu(19021), "WEBHOOK_SIGNATURE_REFUSED", "bad-credentials"],
    ["lark", feishu(19022), "WEBHOOK_IP_REFUSED", "bad-credentials"],
    ["feishu", feishu(19024), "WEBHOOK_KEYWORDS_MISSING", "rejected"],
    ["feishu", feishu(19036), "WEBHOOK_TOO_LONG", "rejected"],
    ["feishu", feishu(11232), "WEBHOOK_RATE_LIMITED", "not-sent"],
    ["feishu", feishu(2200), "WEBHOOK_SERVER_ERROR", "unknown"],
    ["feishu", feishu(424242), "WEBHOOK_REFUSED", "rejected"],
    ["wecom", coded(93000), "WEBHOOK_UNKNOWN", "bad-credentials"],
    ["wecom", coded(40008), "WEBHOOK_BAD_MESSAGE", "rejected"],
    ["wecom", coded(40058), "WEBHOOK_BAD_MESSAGE", "rejected"],
    ["wecom", coded(44004), "WEBHOOK_BAD_MESSAGE", "rejected"],
    ["wecom", coded(45009), "WEBHOOK_RATE_LIMITED", "not-sent"],
    ["wecom", coded(-1), "WEBHOOK_SERVER_ERROR", "unknown"],
    ["dingtalk", coded(300005), "WEBHOOK_UNKNOWN", "bad-credentials"],
    ["dingtalk", coded(400101), "WEBHOOK_UNKNOWN", "bad-credentials"],
    ["dingtalk", coded(400013), "WEBHOOK_ROOM_CLOSED", "rejected"],
    ["dingtalk", coded(310000, "sign not match, more: [https://x]"), "WEBHOOK_SIGNATURE_REFUSED", "bad-credentials"],
    ["dingtalk", coded(310000, "invalid timestamp"), "WEBHOOK_SIGNATURE_REFUSED", "bad-credentials"],
    ["dingtalk", coded(310000, "ip 1.2.3.4 not in whitelist"), "WEBHOOK_IP_REFUSED", "bad-credentials"],
    ["dingtalk", coded(310000, "keywords not in content"), "WEBHOOK_KEYWORDS_MISSING", "rejected"],
    ["dingtalk", coded(430102), "WEBHOOK_CONTENT_REFUSED", "rejected"],
    ["dingtalk", coded(460101), "WEBHOOK_TOO_LONG", "rejected"],
    ["dingtalk", coded(130101), "WEBHOOK_RATE_LIMITED", "not-sent"],
    ["dingtalk", coded(660026), "WEBHOOK_RATE_LIMITED", "not-sent"],
    ["slack", answer(403, "invalid_token"), "WEBHOOK_UNKNOWN", "bad-credentials"],
    ["slack", answer(404, "no_service"), "WEBHOOK_UNKNOWN", "bad-credentials"],
    ["slack", answer(400, "no_text"), "WEBHOOK_BAD_MESSAGE", "rejected"],
    ["slack", answer(400, "invalid_payload"), "WEBHOOK_BAD_MESSAGE", "rejected"],
    ["slack", answer(403, "action_prohibited"), "WEBHOOK_ROOM_CLOSED", "rejected"],
    ["slack", answer(410, "channel_is_archived"), "WEBHOOK_ROOM_CLOSED", "rejected"],
    ["slack", answer(429, "rate_limited"), "WEBHOOK_RATE_LIMITED", "not-sent"],
    ["slack", answer(400, "something_new"), "WEBHOOK_REFUSED", "rejected"],
    ["slack", answer(500, "rollup_error"), "WEBHOOK_SERVER_ERROR", "unknown"],
    ["slack", answer(200, "<html>"), "WEBHOOK_BAD_ANSWER", "unknown"],
    ["slack", answer(403, "<html>"), "WEBHOOK_BAD_ANSWER", "not-sent"],
    ["json", answer(400, ""), "WEBHOOK_BAD_MESSAGE", "rejected"],
    ["json", answer(401, ""), "WEBHOOK_AUTH_REFUSED", "bad-credentials"],
    ["json", answer(403, ""), "WEBHOOK_AUTH_REFUSED", "bad-credentials"],
    ["json", answer(404, ""), "WEBHOOK_UNKNOWN", "bad-credentials"],
    ["json", answer(405, ""), "WEBHOOK_REFUSED", "rejected"],
    ["json", answer(408, ""), "WEBHOOK_SERVER_ERROR", "unknown"],
    ["json", answer(413, ""), "WEBHOOK_TOO_LONG", "rejected"],
    ["json", answer(429, ""), "WEBHOOK_RATE_LIMITED", "not-sent"],
    ["json", answer(302, ""), "WEBHOOK_REDIRECTED", "bad-credentials"],
    ["json", answer(503, ""), "WEBHOOK_SERVER_ERROR", "unknown"],
  ])("%s: %j is %s, %s", (kind, given, code, outcome) => {
    expect(meaning(kind, given)).toEqual([code, outcome]);
  });

  test.each(["feishu", "lark", "wecom", "dingtalk"] as const)("%s: answers that are not its own", (kind) => {
    expect(meaning(kind, answer(200, "<html>"))).toEqual(["WEBHOOK_BAD_ANSWER", "unknown"]);
    expect(meaning(kind, answer(200, { ok: true }))).toEqual(["WEBHOOK_BAD_ANSWER", "unknown"]);
    expect(meaning(kind, answer(200, "null"))).toEqual(["WEBHOOK_BAD_ANSWER", "unknown"]);
    expect(meaning(kind, answer(403, "<html>"))).toEqual(["WEBHOOK_BAD_ANSWER", "not-sent"]);
    expect(meaning(kind, answer(301, ""))).toEqual(["WEBHOOK_REDIRECTED", "bad-credentials"]);
    expect(meaning(kind, answer(429, ""))).toEqual(["WEBHOOK_RATE_LIMITED", "not-sent"]);
    expect(meaning(kind, answer(502, "<html>"))).toEqual(["WEBHOOK_SERVER_ERROR", "unknown"]);
  });
});

test.each<[ReceiverKind, HttpAnswer, number | undefined]>([
  ["feishu", feishu(11232), undefined],
  ["feishu", answer(429, { code: 11232 }, { "retry-after": "4" }), 4_000],
  ["wecom", coded(45009), 60_000],
  ["dingtalk", coded(130101), 600_000],
  ["slack", answer(429, "rate_limited", { "retry-after": "30" }), 30_000],
  ["json", answer(429, "", { "retry-after": "1" }), 1_000],
])("%s, busy, with %j asks to wait %j ms", (kind, given, waitMs) => {
  expect(receiverOf(kind, account).refusal(given, 0)?.retryAfterMs).toBe(waitMs);
});
