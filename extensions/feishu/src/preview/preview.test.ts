import { expect, test } from "vitest";
import { readPreview, writePreview } from "./preview.ts";

test.each([
  { kind: "card", messageId: `om_${"a".repeat(100)}`, cardId: "7".repeat(100), madeAtMs: 1_790_000_000_000 },
  { kind: "message", messageId: "om_1" },
] as const)("a preview of kind $kind comes back as it was, and fits", (preview) => {
  expect(readPreview(writePreview(preview))).toEqual(preview);
  expect(writePreview(preview).length).toBeLessThanOrEqual(512);
});

test.each(["", "{", "{}", "[]", "[1]", '["om_1",2]', '["om_1","7","now"]', "null"])("%s is no preview", (text) => {
  expect(readPreview(text)).toBeUndefined();
});
