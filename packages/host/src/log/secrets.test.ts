import { expect, test } from "vitest";
import { createSecretRegistry, MASK } from "./secrets.ts";

const SECRET = 'p4ss/w+rd="é" 密钥';

function masked(text: string): string {
  const secrets = createSecretRegistry();
  secrets.add(SECRET);
  return secrets.mask(text);
}

test.for([
  ["as it is", SECRET],
  ["in a URL", encodeURIComponent(SECRET)],
  ["in a URL of small letters", encodeURIComponent(SECRET).replace(/%../g, (code) => code.toLowerCase())],
  ["in JSON", JSON.stringify(SECRET).slice(1, -1)],
  ["in JSON within JSON", JSON.stringify(JSON.stringify(SECRET)).slice(3, -3)],
  ["in base64", Buffer.from(SECRET).toString("base64")],
  ["in base64url", Buffer.from(SECRET).toString("base64url")],
] as const)("masks a secret %s", ([, disguise]) => {
  expect(masked(`before ${disguise} after`)).toMatch(/^before \[redacted\]\S* after$/);
});

test.for(["u:", "us:", "usr:", "user:"])("masks a secret in base64 behind %s", (prefix) => {
  const whole = Buffer.from(`${prefix}${SECRET} and more`).toString("base64");
  const inner = Buffer.from(SECRET).toString("base64").slice(4, 16);
  expect(masked(whole)).toContain(MASK);
  expect(masked(whole)).not.toContain(inner);
});

test("masks every one of many secrets, wherever they stand", () => {
  const secrets = createSecretRegistry();
  const values = Array.from({ length: 500 }, (_, index) => `key-${index}-${(index * 7919).toString(36)}`);
  for (const value of values) secrets.add(value);
  const text = secrets.mask(`${values.join("")} ${values.join(" ")}`);
  for (const value of values) expect(text).not.toContain(value);
});

test("prefers the longer of two secrets that begin alike", () => {
  const secrets = createSecretRegistry();
  secrets.add("abcdef");
  secrets.add("abcdefghij");
  expect(secrets.mask("abcdefghij abcdef")).toBe(`${MASK} ${MASK}`);
});

test("leaves other text alone, also when it shares a slot or a beginning", () => {
  const secrets = createSecretRegistry();
  secrets.add("secret-value");
  const text = "secret-other and a sec, secr, 秘密 🚀";
  expect(secrets.mask(text)).toBe(text);
});

test("does not mask words of three letters", () => {
  const secrets = createSecretRegistry();
  secrets.add("the");
  secrets.add("");
  expect(secrets.mask("the end")).toBe("the end");
});
