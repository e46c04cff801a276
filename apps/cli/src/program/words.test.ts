import { expect, test } from "vitest";
import { configPathOf, expandBareVerb, expandHelp, wordsOf } from "./words.ts";

test("finds the verb behind options and the value of --config", () => {
  expect(wordsOf(["--config", "a.yaml", "config", "get", "x"])).toEqual(["config", "get"]);
  expect(wordsOf(["--config=a.yaml", "--json"])).toEqual([]);
});

test("writes out a bare verb, and leaves everything else alone", () => {
  expect(expandBareVerb(["channels", "--json"])).toEqual(["channels", "list", "--json"]);
  expect(expandBareVerb(["--config", "c.yaml", "plugins"])).toEqual(["--config", "c.yaml", "plugins", "list"]);
  expect(expandBareVerb(["messages", "--box", "inbox"])).toEqual(["messages", "list", "--box", "inbox"]);
  expect(expandBareVerb(["channels", "--config", "c.yaml"])).toEqual(["channels", "list", "--config", "c.yaml"]);
  for (const line of [
    ["channels", "status"],
    ["channels", "--config=x", "status"],
    ["channels", "-h"],
    ["gateway"],
    [],
  ])
    expect(expandBareVerb(line)).toEqual(line);
});

test("writes out what is to be helped with", () => {
  expect(expandHelp(["help"])).toEqual(["--help"]);
  expect(expandHelp(["--config", "c.yaml", "help", "channels", "status"])).toEqual([
    "--config",
    "c.yaml",
    "channels",
    "status",
    "--help",
  ]);
  expect(expandHelp(["config", "help"])).toEqual(["config", "help"]);
});

test("reads --config in both spellings", () => {
  expect(configPathOf(["x", "--config", "a"])).toBe("a");
  expect(configPathOf(["x", "--config=b"])).toBe("b");
  expect(configPathOf(["x"])).toBeUndefined();
});
