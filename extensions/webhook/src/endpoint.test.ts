import { describe, expect, test } from "vitest";
import type { WebhookAccount } from "./config.ts";
import { endpointOf } from "./endpoint.ts";

const account = (changes: Partial<WebhookAccount>): WebhookAccount => ({
  payloadFormat: "json_text",
  payloadTextField: "text",
  allowPrivateHosts: false,
  ...changes,
});
const errorOf = (changes: Partial<WebhookAccount>, accountId = "default"): unknown => {
  try {
    return endpointOf(account(changes), accountId);
  } catch (error) {
    return error;
  }
};

test.each([
  ["https://open.feishu.cn/open-apis/bot/v2/hook/t", "feishu"],
  ["https://open.larksuite.com/open-apis/bot/v2/hook/t", "lark"],
  ["https://open.larkoffice.com/open-apis/bot/v2/hook/t", "lark"],
  ["https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k", "wecom"],
  ["https://oapi.dingtalk.com/robot/send?access_token=t", "dingtalk"],
  ["https://hooks.slack.com/services/T0/B0/x", "slack"],
  ["https://example.com/notify", "json"],
  ["https://open.feishu.cn.example.com/", "json"],
])("%s is an address of %s", (endpointUrl, kind) => {
  expect(endpointOf(account({ endpointUrl }), "default").kind).toBe(kind);
});

test("what the operator wrote goes before what the host tells", () => {
  expect(endpointOf(account({ endpointUrl: "https://hooks.slack.com/x", kind: "json" }), "default").kind).toBe("json");
});

describe("is refused:", () => {
  test.each([
    [undefined, "WEBHOOK_URL_MISSING"],
    ["", "WEBHOOK_URL_MISSING"],
    ["not an address", "WEBHOOK_URL_INVALID"],
    ["http://example.com/x", "WEBHOOK_URL_INVALID"],
    ["ftp://example.com/x", "WEBHOOK_URL_INVALID"],
    ["file:///etc/passwd", "WEBHOOK_URL_INVALID"],
    ["https://user:pass@example.com/x", "WEBHOOK_URL_INVALID"],
    ["https://example.com/x#part", "WEBHOOK_URL_INVALID"],
    ["https://127.0.0.1/x", "WEBHOOK_PRIVATE_HOST"],
    ["https://2130706433/x", "WEBHOOK_PRIVATE_HOST"],
    ["https://0x7f.1/x", "WEBHOOK_PRIVATE_HOST"],
    ["https://①②⑦.0.0.1/x", "WEBHOOK_PRIVATE_HOST"],
    ["https://169.254.169.254/latest", "WEBHOOK_PRIVATE_HOST"],
    ["https://[::1]/x", "WEBHOOK_PRIVATE_HOST"],
    ["https://[::ffff:10.0.0.1]/x", "WEBHOOK_PRIVATE_HOST"],
    ["https://[64:ff9b::7f00:1]/x", "WEBHOOK_PRIVATE_HOST"],
  ])("%j", (endpointUrl, code) => {
    expect(errorOf(endpointUrl === undefined ? {} : { endpointUrl })).toMatchObject({
      code,
      outcome: "bad-credentials",
    });
  });

  test("an address of one's own network is fine once it is allowed", () => {
    for (const endpointUrl of ["http://127.0.0.1:8080/x", "https://10.0.0.1/x", "http://[::1]/x"]) {
      expect(endpointOf(account({ endpointUrl, allowPrivateHosts: true }), "default").url.href).toBe(endpointUrl);
    }
  });

  test("with the key that mends it, and without the address", () => {
    const error = errorOf({ endpointUrl: "http://example.com/hook/t0psecret" }, "ops") as Error & { hint: string };
    expect(error.hint).toContain("channels.webhook.accounts.ops.endpointUrl");
    expect(error.message + error.hint).not.toContain("t0psecret");
  });
});
