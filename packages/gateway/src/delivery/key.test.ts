import { expect, test } from "vitest";
import { idempotencyKey } from "./key.ts";

const instance = new Uint8Array(32).fill(7);

test("is short, plain and the same for the same part", () => {
  const key = idempotencyKey(instance, "12:0");
  expect(key).toMatch(/^[a-z2-7]{32}$/);
  expect(idempotencyKey(instance, "12:0")).toBe(key);
});

test("differs by part and by journal", () => {
  const keys = new Set(Array.from({ length: 1_000 }, (_, part) => idempotencyKey(instance, `12:${part}`)));
  keys.add(idempotencyKey(new Uint8Array(32), "12:0"));
  expect(keys.size).toBe(1_001);
});
