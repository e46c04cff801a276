import { execFile } from "node:child_process";
import { cpSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { fixture, install } from "./plugin-tree.ts";
import { tempDir } from "./temp-dir.ts";

interface Outcome {
  readonly loaded: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly failures: readonly { readonly code: string }[];
}

/** Loads every plugin there in a Node of its own, as a gateway does. */
async function load(dir: string, ...extraPaths: readonly string[]): Promise<Outcome> {
  const script = join(import.meta.dirname, "load-plugins.ts");
  const args = ["--conditions=@loong/source", script, join(dir, "plugins"), join(dir, "cache"), ...extraPaths];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout) as Outcome;
}

/** What npm leaves there when a plugin names the sdk among its dependencies. */
function addSecondSdk(nodeModules: string): void {
  mkdirSync(join(nodeModules, "@loong"), { recursive: true });
  cpSync(fixture("second-sdk"), join(nodeModules, "@loong", "sdk"), { recursive: true });
}

const works = (id: string, source = "installed") => ({ id, source, sameErrorClass: true });

test("loads JavaScript, TypeScript and TypeScript that needs a compiler from node_modules", async () => {
  const dir = tempDir();
  for (const name of ["plain-js", "common-js", "plain-ts", "enum-ts"]) install(join(dir, "plugins"), name);
  const { loaded } = await load(dir);
  expect(loaded).toEqual({
    "@acme/plain-js": works("plain-js"),
    "acme-common-js": works("common-js"),
    "@acme/plain-ts": works("plain-ts"),
    "@acme/enum-ts": works("enum-ts"),
  });
  expect(readdirSync(join(dir, "cache", "jiti")).length).toBeGreaterThan(0);
});

test("loads TypeScript in development where it lies", async () => {
  const dir = tempDir();
  const { loaded } = await load(dir, fixture("plain-ts"), fixture("enum-ts"));
  expect(loaded).toEqual({ "@acme/plain-ts": works("plain-ts", "path"), "@acme/enum-ts": works("enum-ts", "path") });
});

test("gives every plugin and its dependencies the host's sdk, though others lie nearer", async () => {
  const dir = tempDir();
  for (const name of ["plain-js", "common-js", "enum-ts", "via-dependency", "shared-parts"]) {
    const directory = install(join(dir, "plugins"), name);
    addSecondSdk(join(directory, "node_modules"));
  }
  addSecondSdk(join(dir, "plugins", "node_modules"));
  const { loaded } = await load(dir);
  expect(loaded).toEqual({
    "@acme/plain-js": works("plain-js"),
    "acme-common-js": works("common-js"),
    "@acme/enum-ts": works("enum-ts"),
    "@acme/via-dependency": works("via-dependency"),
  });
});

test("names package, file and line of a plugin that throws, and loads the others", async () => {
  const dir = tempDir();
  for (const name of ["throws-at-import", "throws-at-import-ts", "syntax-error", "plain-js"])
    install(join(dir, "plugins"), name);
  const { loaded } = await load(dir);
  expect(loaded["@acme/throws-at-import"]).toMatchObject({
    code: "PLUGIN_IMPORT_FAILED",
    message: "@acme/throws-at-import failed while it was loaded: TypeError: no socket here (connect.js:2).",
    hint: expect.stringContaining("loong config set plugins.entries.throws.enabled false") as string,
  });
  expect(loaded["@acme/throws-at-import-ts"]).toMatchObject({
    code: "PLUGIN_IMPORT_FAILED",
    message: "@acme/throws-at-import-ts failed while it was loaded: RangeError: mood is bad (index.ts:5).",
  });
  expect(loaded["@acme/syntax-error"]).toMatchObject({
    code: "PLUGIN_IMPORT_FAILED",
    message: expect.stringContaining("SyntaxError") as string,
  });
  expect(loaded["@acme/plain-js"]).toEqual(works("plain-js"));
});

test("refuses code that is not what the manifest promised", async () => {
  const dir = tempDir();
  for (const name of ["no-default", "stale-manifest", "never-loads"]) install(join(dir, "plugins"), name);
  const { loaded } = await load(dir);
  expect(loaded["@acme/no-default"]).toMatchObject({ code: "PLUGIN_EXPORT_INVALID" });
  expect(loaded["@acme/stale-manifest"]).toMatchObject({
    code: "PLUGIN_MANIFEST_STALE",
    message: "package.json of @acme/stale-manifest does not describe its code, which says otherwise of label, serves.",
  });
  expect(loaded["@acme/never-loads"]).toMatchObject({ code: "PLUGIN_IMPORT_TIMEOUT" });
});

test("runs no line of a plugin written for another contract", async () => {
  const dir = tempDir();
  for (const name of ["contract-old", "contract-new", "contract-missing"]) install(join(dir, "plugins"), name);
  const { loaded, failures } = await load(dir);
  expect(loaded).toEqual({});
  expect(failures.map(({ code }) => code).sort()).toEqual([
    "PLUGIN_CONTRACT_INVALID",
    "PLUGIN_CONTRACT_TOO_NEW",
    "PLUGIN_CONTRACT_TOO_OLD",
  ]);
});
