import { describe, expect, test } from "vitest";
import { MAX_BYTES, finalWords, fitted } from "./words.ts";

describe("the last words", () => {
  test("are the answer", () => {
    expect(finalWords("done", "don")).toBe("done");
    expect(finalWords("done", undefined)).toBe("done");
  });

  test.each(["", " \n", "\u200B"])("always show something (%j)", (markdown) => {
    expect(finalWords(markdown, undefined)).toBe("…");
  });

  test.each(["done", "```\ncode\n```", "| a |\n|---|\n| b |"])("differ from what is shown: %j", (markdown) => {
    const words = finalWords(markdown, markdown);
    expect(words).not.toBe(markdown);
    expect(words.replaceAll("\u200B", "").trim()).toBe(markdown);
  });

  test("leave a closing fence alone on its line", () => {
    expect(finalWords("```\nx\n```", "```\nx\n```").split("\n")[2]).toBe("```");
  });
});

describe("what fits", () => {
  test("stays whole", () => {
    expect(fitted("长".repeat(6_000))).toBe("长".repeat(6_000));
  });

  test.each([
    ["one long line", "长".repeat(10_000)],
    ["characters of four bytes", "🐉".repeat(6_000)],
    ["many lines", "a line of words\n".repeat(3_000)],
    ["code", `\`\`\`js\n${"let x = 1;\n".repeat(3_000)}`],
  ])("%s is cut to fit, between characters", (_what, markdown) => {
    const cut = fitted(markdown);
    expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(MAX_BYTES);
    expect(Buffer.byteLength(cut)).toBeGreaterThan(MAX_BYTES / 2);
    expect(cut).not.toContain("\uFFFD");
    expect(cut.endsWith("…")).toBe(true);
  });

  test("an open fence is closed", () => {
    expect(fitted(`\`\`\`js\n${"let x = 1;\n".repeat(3_000)}`)).toMatch(/\n```\n…$/);
  });
});
