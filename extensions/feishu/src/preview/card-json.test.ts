import { describe, expect, test } from "vitest";
import { asMessage, finishedCard, growingCard, headOf, wholeCard } from "./card-json.ts";
import { fits } from "../outbound/render.ts";

describe("the head of a text", () => {
  test("is the text where it fits", () => {
    expect(headOf("**all**")).toBe("**all**");
  });

  test.each(["字", "🙂", '"\\\n', "word "])("of %j fits a card, says that it is cut, and cuts no character", (unit) => {
    const head = headOf(unit.repeat(40_000));
    expect(fits(asMessage(growingCard(head)))).toBe(true);
    expect(head).toMatch(/ …$/);
    expect(head.isWellFormed()).toBe(true);
    expect(head.length).toBeGreaterThan(2_000);
  });
});

test("only a growing card says that it grows", () => {
  expect(JSON.parse(growingCard("x"))).toMatchObject({ config: { streaming_mode: true, update_multi: true } });
  expect(JSON.parse(wholeCard("x"))).toMatchObject({ config: { update_multi: true } });
  expect(wholeCard("x")).not.toContain("streaming_mode");
});

test("tables beyond the third are code, in every stage", () => {
  const table = "| a | b |\n|---|---|\n| 1 | 2 |\n\n";
  for (const card of [growingCard(table.repeat(4)), wholeCard(table.repeat(4))]) expect(card).toContain("```");
});

test("words fit a card unless they are too many; files and given cards do not", () => {
  expect(finishedCard({ type: "markdown", markdown: "x" })).toBe(wholeCard("x"));
  expect(finishedCard({ type: "text", text: "*x*" })).toContain("plain_text");
  expect(finishedCard({ type: "markdown", markdown: "x".repeat(31_000) })).toBeUndefined();
  expect(finishedCard({ type: "image", file: { path: "/a.png" } })).toBeUndefined();
  expect(finishedCard({ type: "card", card: {}, fallbackText: "x" })).toBeUndefined();
});
