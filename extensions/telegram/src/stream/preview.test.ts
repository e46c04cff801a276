import { describe, expect, test } from "vitest";
import { draftIdOf, readPreview, writePreview } from "./preview.ts";
import { previewWords } from "./stream.ts";

describe("a preview", () => {
  test.each([
    { kind: "draft", chat: 5, draft: 77 },
    { kind: "draft", chat: 5, draft: 77, threadId: 3 },
    { kind: "message", chat: -1001234567890, message: 42, shown: "abc" },
  ] as const)("survives being stored: %j", (preview) => {
    const text = writePreview(preview);
    expect(text.length).toBeLessThanOrEqual(512);
    expect(readPreview(text)).toEqual(preview);
  });

  test.each([undefined, "", "{}", "null", "[1]", '["x",1,2]', '["m","1",2]'])("is not read from %j", (text) => {
    expect(readPreview(text)).toBeUndefined();
  });
});

test("a draft has the same id for the same answer, and never 0", () => {
  expect(draftIdOf("key1")).toBe(draftIdOf("key1"));
  const ids = Array.from({ length: 1_000 }, (_, n) => draftIdOf(`key${n}`));
  expect(new Set(ids).size).toBe(1_000);
  expect(Math.min(...ids)).toBeGreaterThan(0);
  expect(Math.max(...ids)).toBeLessThan(2 ** 31);
});

test("a text that is too long is shown from its beginning, with no half character", async () => {
  const { text } = await previewWords(`a${"🙂".repeat(3_000)}`);
  expect(text.length).toBeLessThanOrEqual(4_096);
  expect(text.isWellFormed()).toBe(true);
  expect(text.endsWith("🙂 …")).toBe(true);
});
