import type { LogFields } from "@loong/sdk";
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
  ["404: no bot 123456789:AAF_abcdefghijklmnopqrstuvwxyz-012345 here", "no bot [redacted] here", "AAF"],
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

test("token to wrong place: what a plugin puts into a field against its type is looked through as well", () => {
  const secrets = createSecretRegistry();
  secrets.add("s3cr3t");
  const circular: Record<string, unknown> = {};
  circular["self"] = circular;
  const fields = {
    error: new Error("refused s3cr3t"),
    request: { headers: { authorization: "Bearer abcdefghijklmnopqrst" }, url: "https://host/?k=s3cr3t" },
    list: ["s3cr3t"],
    token: { value: "abc" },
    circular,
  } as unknown as LogFields;
  const redacted = redactFields(secrets, fields);
  expect(JSON.stringify(redacted)).not.toMatch(/s3cr3t|abcdefghij|"abc"/);
  expect(redacted).toMatchObject({ error: "Error: refused [redacted]", list: '["[redacted]"]', token: "[redacted]" });
});

test("token to wrong place: a secret is masked in every form at once", () => {
  const secret = 'p4ss/w+rd="é" &more';
  const secrets = createSecretRegistry();
  secrets.add(secret);
  const forms = [
    secret,
    encodeURIComponent(secret),
    new URLSearchParams({ k: secret }).toString().slice(2),
    JSON.stringify({ k: secret }),
    JSON.stringify(JSON.stringify({ k: secret })),
    Buffer.from(secret).toString("base64"),
    Buffer.from(`user:${secret}`).toString("base64"),
    Buffer.from(`{"secret":${JSON.stringify(secret)}}`).toString("base64url"),
  ];
  const all = redactText(secrets, forms.join(" | "));
  expect(all).not.toMatch(/p4ss|cDRzcy93K|A0c3Mvd|NHNzL3crc/);
});
