import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { root, workspacePackages } from "./workspace.ts";

/** One word that counts, then what an operator should know about it. An `exempt` has a reason; a `done` hides no `todo`. */
const STATE = /^(?:done(?!.*\btodo\b)|todo\b|exempt: \S)/s;

const ladder = itemsOf("docs/quality.md").map((item) => /^\*\*(.+?)\*\*: /.exec(item)?.[1] ?? item);
const channels = workspacePackages()
  .filter(({ manifest }) => (manifest["loong"] as { readonly kind?: string } | undefined)?.kind === "channel")
  .map(({ directory }) => directory.slice(root.length + 1));
/** What a new channel begins with. */
const templates = globSync("apps/cli/templates/*/*/QUALITY.md", { cwd: root }).map(dirname).toSorted();

/** Headings of rungs and the items below them; an item may go on over the next lines. */
function itemsOf(file: string): readonly string[] {
  return readFileSync(join(root, file), "utf8")
    .split(/\n(?=- |#)/)
    .map((part) => part.trim())
    .filter((part) => part.startsWith("- ") || part.startsWith("## "))
    .map((part) => part.replace(/^- /, ""));
}

test("the ladder has four rungs and names no rule twice", () => {
  expect(ladder.filter((item) => item.startsWith("## "))).toHaveLength(4);
  expect(new Set(ladder).size).toBe(ladder.length);
});

describe.each([...channels, ...templates])("%s", (directory) => {
  test("answers every rule of the ladder in its order, and nothing else", () => {
    const items = itemsOf(`${directory}/QUALITY.md`);
    const rules = items.map((item) => ladder.find((rule) => item === rule || item.startsWith(`${rule}: `)) ?? item);
    expect(rules).toEqual(ladder);
    const states = items.map((item, index) => item.slice((rules[index]?.length ?? 0) + 2));
    const wrong = states.filter((state, index) => !items[index]?.startsWith("## ") && !STATE.test(state));
    expect(wrong, "neither `done`, nor `todo`, nor `exempt: reason`").toEqual([]);
  });
});
