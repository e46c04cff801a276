import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { tempDir } from "../../test/temp-dir.ts";
import { breachOf, sealOf } from "./seal.ts";

function sealed() {
  const directory = tempDir();
  mkdirSync(join(directory, "a", "b"), { recursive: true });
  writeFileSync(join(directory, "a", "b", "deep.js"), "1");
  writeFileSync(join(directory, "top.js"), "2");
  return { directory, seal: sealOf(directory) };
}

test("a seal names every file, in the order of the paths", () => {
  expect(Object.keys(sealed().seal)).toEqual(["a/b/deep.js", "top.js"]);
});

test.for([
  ["nothing", undefined, () => {}],
  ["a changed mode", undefined, (directory: string) => chmodSync(join(directory, "top.js"), 0o600)],
  ["an empty folder", undefined, (directory: string) => mkdirSync(join(directory, "empty"))],
  ["a change", "a/b/deep.js was changed", (directory: string) => writeFileSync(join(directory, "a/b/deep.js"), "3")],
  ["a new file", "a/new.js was added", (directory: string) => writeFileSync(join(directory, "a", "new.js"), "")],
  ["a removal", "top.js is gone", (directory: string) => rmSync(join(directory, "top.js"))],
  [
    "a link in its place",
    "top.js was changed",
    (directory: string) => {
      const same = join(tempDir(), "same.js");
      writeFileSync(same, "2");
      rmSync(join(directory, "top.js"));
      symlinkSync(same, join(directory, "top.js"));
    },
  ],
] as const)("%s", ([, breach, change]) => {
  const { directory, seal } = sealed();
  change(directory);
  expect(breachOf(directory, seal)).toBe(breach);
});
