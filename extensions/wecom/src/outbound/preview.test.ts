import { expect, test } from "vitest";
import { type Preview, readPreview, writePreview } from "./preview.ts";

const preview: Preview = { reqId: "r1", streamId: "s1", chat: "wr1", chatType: "group", startedAtMs: 1 };

test("is understood again", () => {
  expect(readPreview(writePreview(preview))).toEqual(preview);
});

test("of ids too long to keep is none", () => {
  expect(() => writePreview({ ...preview, reqId: "r".repeat(500) })).toThrow("cannot be answered in place");
});

test.each(["", "{}", "[]", "not json", '{"reqId":1}'])("of another channel is none: %j", (text) => {
  expect(readPreview(text)).toBeUndefined();
});
