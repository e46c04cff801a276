import { expect, test } from "vitest";
import { redactFields, redactText } from "./redact.ts";
import { createSecretRegistry } from "./secrets.ts";

const nothingKnown = createSecretRegistry();

test.for([
  ["Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.e30.abc", "Authorization: [redacted]", "eyJ"],
  ["curl -H 'authorization: Basic dXNlcjpwYXNzd29yZA=='", "authorization: [redacted]", "dXNl"],
  ['{"app_id":"cli_1","app_secret":"s3cr3t"}', '"app_id":"cli_1","app_secret":"[redacted]"', "s3cr3t"],
  ['"{\\"tenant_access_token\\":\\"t-abc\\"}"', "[redacted]", "t-abc"],
  ["GET https://host/bot123456:AAF-x_y/getUpdates", "/bot[redacted]/getUpdates", "AAF"],
  ["https://host/hook?access_token=abc123&to=x", "access_token=[redacted]&to=x", "abc123"],
  ["x-some-signature: 0af3", "x-some-signature: [redacted]", "0af3"],
  ["apiKey = k-1, api-key: k-2, API_KEY=k-3", "apiKey = [redacted]", "k-"],
  ["postgres://admin:hunter2@db/x", "postgres://[redacted]@db/x", "hunter2"],
  ["password=12345678", "password=[redacted]", "1234"],
] as const)("masks what looks like a secret: %s", ([text, expected, leak]) => {
  const redacted = redactText(nothingKnown, text);
  expect(redacted).toContain(expected);
  expect(redacted).not.toContain(leak);
});

test.for([
  "[lark] [default] starting Lark provider (cli_xxx) in websocket mode",
  "token expired, asking for a new one",
  "inputTokens=12 outputTokens: 34",
  "hasToken: true, password: null",
  "Basic support for tokens: see https://host/a@b",
])("leaves ordinary lines alone: %s", (text) => {
  expect(redactText(nothingKnown, text)).toBe(text);
});

test("masks fields by name and by value, and keeps numbers", () => {
  const secrets = createSecretRegistry();
  secrets.add("s3cr3t");
  expect(
    redactFields(secrets, { appSecret: "x", "X-Signature": "y", url: "/a?b=s3cr3t", tokens: 3, ok: true, none: null }),
  ).toEqual({
    appSecret: "[redacted]",
    "X-Signature": "[redacted]",
    url: "/a?b=[redacted]",
    tokens: 3,
    ok: true,
    none: null,
  });
});
