import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { splitMarkdown } from "./split.ts";

const bytes = (maxLength: number) => ({ maxLength, unit: "utf8-bytes" }) as const;
const units = (maxLength: number) => ({ maxLength, unit: "utf16-units" }) as const;
const withoutSpace = (text: string) => text.replace(/\s+/g, "");

test("a short text is one piece, nothing is none", () => {
  expect(splitMarkdown("hello", units(100))).toEqual(["hello"]);
  expect(splitMarkdown(" \n\n ", units(100))).toEqual([]);
});

test("cuts between paragraphs when it can", () => {
  const [first, second] = splitMarkdown(`${"a".repeat(60)}\n\n${"b".repeat(60)}`, units(100));
  expect([first, second]).toEqual(["a".repeat(60), "b".repeat(60)]);
});

test("a fence that is cut is closed and opened again", () => {
  const code = Array.from({ length: 20 }, (_, line) => `const line${line} = ${line};`).join("\n");
  const pieces = splitMarkdown(`Look:\n\n\`\`\`ts\n${code}\n\`\`\`\n\nDone.`, units(150));
  expect(pieces.length).toBeGreaterThan(2);
  for (const piece of pieces) {
    expect(piece.match(/^```/gm)?.length ?? 0).toSatisfy((marks: number) => marks % 2 === 0);
    expect(piece.length).toBeLessThanOrEqual(150);
  }
  expect(pieces.join("\n").match(/const line\d+/g)).toHaveLength(20);
});

test("a fence that opens at the end of a piece leaves room for its end", () => {
  const pieces = splitMarkdown(`${"a".repeat(50)}\n\`\`\`ts\n${"code\n".repeat(3)}\`\`\``, units(60));
  expect(pieces.map((piece) => piece.length).filter((length) => length > 60)).toEqual([]);
});

test.each(["`", "~"])("a line of nothing but %s is cut like any other", (mark) => {
  const pieces = splitMarkdown(`a\n${mark.repeat(100)}\n\nb`, units(60));
  expect(pieces.map((piece) => piece.length).filter((length) => length > 60)).toEqual([]);
  expect(pieces.join("").match(/[`~]/g)?.length).toBe(100);
});

test("a fence ends where it ends, also in lines that end as on Windows", () => {
  const pieces = splitMarkdown(`\`\`\`ts\r\n${"code\r\n".repeat(30)}\`\`\`\r\n\r\n${"words ".repeat(40)}`, units(150));
  expect(pieces.filter((piece) => piece.includes("code")).every((piece) => piece.startsWith("```ts"))).toBe(true);
  expect(pieces.filter((piece) => piece.includes("words")).join("")).not.toContain("```");
});

test.each([" ", "\n", "`", "```\n", "~", "> "])("100,000 times %j between two words are cut at once", (sign) => {
  const before = process.cpuUsage();
  const pieces = splitMarkdown(`a${sign.repeat(100_000)}b`, units(4_096));
  expect([pieces.at(0)?.at(0), pieces.at(-1)?.at(-1)]).toEqual(["a", "b"]);
  expect(process.cpuUsage(before).user).toBeLessThan(5_000_000);
});

describe("for any text", () => {
  const prose = fc
    .array(
      fc.oneof(
        fc.string({ unit: "grapheme", maxLength: 80 }),
        fc.constantFrom("", "# 标题", "- item 项目", "> quote", "发布 released 🚀 "),
      ),
    )
    .map((lines) => lines.join("\n").replaceAll("`", "'").replaceAll("~", "-"));

  test("loses nothing and never cuts a character", () => {
    fc.assert(
      fc.property(prose, fc.integer({ min: 16, max: 200 }), (text, maxLength) => {
        const pieces = splitMarkdown(text, bytes(maxLength));
        expect(withoutSpace(pieces.join(""))).toBe(withoutSpace(text));
        for (const piece of pieces) {
          expect(Buffer.byteLength(piece)).toBeLessThanOrEqual(maxLength);
          expect(piece.isWellFormed()).toBe(text.isWellFormed());
        }
      }),
    );
  });

  test("never gives an empty or an overlong piece, fences or not", () => {
    const fenced = fc
      .array(fc.oneof(fc.string({ maxLength: 60 }), fc.constantFrom("```", "```js", "~~~", "")))
      .map((lines) => lines.join("\n"));
    fc.assert(
      fc.property(fenced, fc.integer({ min: 150, max: 400 }), (text, maxLength) => {
        for (const piece of splitMarkdown(text, units(maxLength))) {
          expect(piece.trim()).not.toBe("");
          expect(piece.length).toBeLessThanOrEqual(maxLength);
        }
      }),
    );
  });
});
