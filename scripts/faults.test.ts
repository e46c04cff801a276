import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "./workspace.ts";

const ROWS = readFileSync(join(root, "docs/faults.md"), "utf8")
  .split("\n")
  .filter((line) => /^\| \d+ +\|/.test(line));

/** Tests as the page names them: a file, and words of the test's name. */
const NAMED = /`([^`]+\.ts)`((?:[;,]? ?"[^"]+")+)/g;

function testsIn(row: string): readonly { readonly file: string; readonly name: string }[] {
  return [...row.matchAll(NAMED)].flatMap(([, file = "", names = ""]) =>
    [...names.matchAll(/"([^"]+)"/g)].map(([, name = ""]) => ({ file, name })),
  );
}

test("every fault has a test, or a line that says why there is none", () => {
  expect(ROWS).toHaveLength(72);
  expect(ROWS.filter((row) => testsIn(row).length === 0 && !row.includes("No test: "))).toEqual([]);
});

test("every test that the page names is there", () => {
  const missing = ROWS.flatMap(testsIn).filter(({ file, name }) => {
    const path = join(root, file);
    return !existsSync(path) || !readFileSync(path, "utf8").includes(name);
  });
  expect(missing).toEqual([]);
});
