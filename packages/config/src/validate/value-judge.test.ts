import { expect, test } from "vitest";
import { loadValueJudge } from "./value-judge.ts";

test.each([
  [{ type: "integer", minimum: 1, maximum: 65_535 }, 8080, undefined],
  [{ type: "integer", minimum: 1, maximum: 65_535 }, 0, "a whole number from 1 to 65535"],
  [{ type: "string", pattern: "^/", examples: ["/events"] }, "events", 'text like "/events"'],
  [{ type: "array", items: { type: "string" } }, ["a"], undefined],
  [{ type: "array", items: { type: "string", minLength: 1 } }, ["a", ""], "text that is not empty"],
  [{ type: "string", minLength: 16 }, "short", "text of at least 16 characters"],
  [{ type: "string", maxLength: 3 }, "long", "text of at most 3 characters"],
  [{ type: "string", minLength: 1, maxLength: 3 }, "long", "text of 1 to 3 characters"],
])("of %j, %j is told as %j", async (schema, value, words) => {
  expect((await loadValueJudge())(schema, value)).toBe(words);
});

test("a secret that is wrong stays unsaid", async () => {
  const schema = { type: "string", secret: true, pattern: "^sk-", examples: ["sk-…"] };
  expect((await loadValueJudge())(schema, "hunter2")).toBe('text like "sk-…"');
});
