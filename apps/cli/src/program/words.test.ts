import { expect, test } from "vitest";
import { configPathOf, expandBareVerb, wordsOf } from "./words.ts";

test("finds the verb behind options and the value of --config", () => {
  expect(wordsOf(["--config", "a.yaml", "config", "get", "x"])).toEqual(["config", "get"]);
  expect(wordsOf(["--config=a.yaml", "--json"])).toEqual([]);
});

test("writes out a bare verb, and leaves everything else alone", () => {
  expect(expandBareVerb(["channels", "--json"])).toEqual(["channels", "list", "--json"]);
  expect(expandBareVerb(["--config", "c.yaml", "plugins"])).toEqual(["--config", "c.yaml", "plugins", "list"]);
  for (const line of [["channels", "status"], ["channels", "--help"], ["gateway"], []])
    expect(expandBareVerb(line)).toEqual(line);
});

test("reads --config in both spellings", () => {
  expect(configPathOf(["x", "--config", "a"])).toBe("a");
  expect(configPathOf(["x", "--config=b"])).toBe("b");
  expect(configPathOf(["x"])).toBeUndefined();
});
