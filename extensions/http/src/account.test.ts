import { expect, test } from "vitest";
import { accountSchema, mayCall } from "./account.ts";

const secret = "a-secret-of-some-length";
const { callbackUrl, webhookPath, webhookBind } = accountSchema.properties as Readonly<
  Record<string, { pattern: string }>
>;
const fits = (property: { pattern: string } | undefined, value: string) =>
  new RegExp(property?.pattern ?? "$^").test(value);

test.each([
  ["https://app.example.com/loong", true],
  ["https://10.0.0.7:8443/loong?tenant=a", true],
  ["http://localhost:8088/loong", true],
  ["http://127.0.0.1:8088", true],
  ["http://[::1]:8088/", true],
  ["http://app:8080/loong", false],
  ["http://10.0.0.7/loong", false],
  ["http://localhost.example.com/", false],
  ["http://127.0.0.1.example.com/", false],
])("%s may be called without allowHttp: %s", (url, expected) => {
  expect(mayCall({ secret, callbackUrl: url })).toBe(expected);
  expect(mayCall({ secret, callbackUrl: url, allowHttp: true })).toBe(true);
});

test.each([
  ["https://app.example.com", true],
  ["http://app:8080/loong?a=b", true],
  ["app.example.com", false],
  ["ftp://app.example.com/", false],
  ["file:///etc/passwd", false],
  ["https://user:password@app.example.com/", false],
  ["http://localhost@app.example.com/", false],
  ["https://app.example.com/#part", false],
  ["https://app.example.com/a b", false],
])("%s is an address for callbacks: %s", (url, expected) => {
  expect(fits(callbackUrl, url)).toBe(expected);
});

test.each([
  ["/http/messages", true],
  ["/a", true],
  ["messages", false],
  ["/", false],
  ["/a?b", false],
])("%s is a webhook path: %s", (path, expected) => {
  expect(fits(webhookPath, path)).toBe(expected);
});

test.each([
  ["127.0.0.1:8080", true],
  ["[::1]:8080", true],
  ["8080", false],
  ["127.0.0.1", false],
])("%s is a listener: %s", (bind, expected) => {
  expect(fits(webhookBind, bind)).toBe(expected);
});
