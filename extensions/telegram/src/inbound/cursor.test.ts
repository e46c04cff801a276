import { describe, expect, test } from "vitest";
import { advance, expire, readCursor, writeCursor } from "./cursor.ts";

const HOUR_MS = 3_600_000;
const cursor = { botId: "7", offset: 500_000, atMs: 1_000 };

describe("reading", () => {
  test("gives what was written", () => {
    expect(readCursor(writeCursor(cursor), "7", 2_000)).toEqual(cursor);
  });

  test.each([
    ["nothing", undefined],
    ["another bot's", writeCursor({ ...cursor, botId: "8" })],
    ["words", "last week"],
    ["another shape", '{"offset":5}'],
    ["null", "null"],
  ])("starts anew with %s", (_what, text) => {
    expect(readCursor(text, "7", 2_000)).toEqual({ botId: "7", offset: 0, atMs: 2_000 });
  });
});

test("an offset says nothing after six quiet days", () => {
  expect(expire(cursor, 1_000 + 143 * HOUR_MS).offset).toBe(500_000);
  expect(expire(cursor, 1_000 + 145 * HOUR_MS)).toEqual({ botId: "7", offset: 0, atMs: 1_000 + 145 * HOUR_MS });
});

describe("advancing", () => {
  test.each([
    ["the next ones", [500_000, 500_001], 500_002],
    ["a jump ahead", [1_500_000], 1_500_001],
    ["one that comes again", [499_998], 500_000],
    ["an old one among new ones", [499_998, 500_000], 500_001],
    ["a new sequence of lower ids", [42, 43], 44],
  ])("%s", (_what, ids, offset) => {
    expect(advance(cursor, ids, 9_000)).toEqual({ botId: "7", offset, atMs: 9_000 });
  });
});
