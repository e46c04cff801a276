import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { tempDir } from "../../test/temp-dir.ts";
import { mainModule } from "./entry.ts";

function put(...parts: string[]): string {
  const file = join(...parts);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, "");
  return file;
}

test.for([
  ["main", { main: "lib/a.js" }, "lib/a.js"],
  ["exports as a text", { exports: "./lib/a.js", main: "other.js" }, "lib/a.js"],
  ["exports of conditions", { exports: { types: "./a.d.ts", import: "./lib/a.js" } }, "lib/a.js"],
  ["exports of subpaths", { exports: { "./x": "./x.js", ".": { node: { default: "./lib/a.js" } } } }, "lib/a.js"],
  ["a list", { exports: { ".": [{ browser: "./b.js" }, "./lib/a.js"] } }, "lib/a.js"],
  ["nothing", {}, "index.js"],
] as const)("finds the main module in %s", ([, fields, expected]) => {
  const dir = tempDir();
  const file = put(dir, expected);
  expect(mainModule(dir, fields)).toEqual({ path: file, exists: true });
});

test("never leaves the package", () => {
  const dir = tempDir();
  put(dir, "outside.js");
  mkdirSync(join(dir, "package"));
  expect(mainModule(join(dir, "package"), { exports: "./../outside.js" }).exists).toBe(false);
});

const both = { exports: { ".": { "@loong/source": "./src/a.ts", default: "./dist/a.js" } } };

test("runs a checkout from its sources", () => {
  const dir = tempDir();
  put(dir, "dist/a.js");
  const source = put(dir, "src/a.ts");
  expect(mainModule(dir, both).path).toBe(source);
});

test("runs an installed package from its build, whatever else it brings", () => {
  const dir = tempDir();
  const directory = join(dir, "node_modules", "p");
  put(directory, "src/a.ts");
  const built = put(directory, "dist/a.js");
  expect(mainModule(directory, both)).toEqual({ path: built, exists: true });
});
