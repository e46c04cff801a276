// Packs every package as it would be published and looks inside: publint finds no fault, and nothing is there that should not be.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { filesIn, pack, readFrom } from "./tarball.ts";
import { workspacePackages } from "./workspace.ts";

const UNWANTED = /(\.test\.|\/test\/|\/fixtures\/|\.tsbuildinfo$|^src\/|tsconfig|\.env)/;
/** Packages to be, with tests of their own. */
const TEMPLATES = /^templates\//;
const REQUIRED = ["package.json", "README.md", "LICENSE"];
/** Words of the workspace that mean nothing outside it. */
const WORKSPACE_ONLY = /"(?:workspace|catalog):|@loong\/source/;

const target = mkdtempSync(join(tmpdir(), "loong-pack-"));
let faults = 0;

for (const { directory, name, manifest } of workspacePackages()) {
  const tarball = pack(directory, target);
  const files = filesIn(tarball);
  for (const file of files.filter((one) => UNWANTED.test(one) && !TEMPLATES.test(one))) fault(name, `contains ${file}`);
  for (const file of REQUIRED.filter((one) => !files.includes(one))) fault(name, `lacks ${file}`);
  if (isCompiled(manifest))
    for (const file of leftovers(directory, files)) fault(name, `contains ${file}, which no source makes any more`);
  const word = WORKSPACE_ONLY.exec(readFrom(tarball, "package.json"));
  if (word !== null) fault(name, `says ${word[0]} in its package.json`);
  const bytes = readFileSync(tarball);
  const { messages, pkg } = await publint({ pack: { tarball: new Uint8Array(bytes).buffer }, strict: true });
  for (const message of messages) {
    // A template becomes the root of a package of its own.
    if (formatMessage(message, pkg, { color: false })?.startsWith("./templates/") === true) continue;
    if (message.type !== "suggestion") fault(name, formatMessage(message, pkg ?? {}) ?? message.code);
  }
  console.log(`${name}: ${files.length} files, ${Math.round(bytes.length / 1024)} kB`);
}
rmSync(target, { recursive: true });
process.exitCode = faults === 0 ? 0 : 1;

/** One file of `dist` for each of `src`, unlike a bundle. */
function isCompiled(manifest: Readonly<Record<string, unknown>>): boolean {
  return (manifest["scripts"] as { build?: string } | undefined)?.build?.endsWith("tsc -b") === true;
}

/** What an earlier build left in `dist`: the compiler never removes a file. */
function leftovers(directory: string, files: readonly string[]): readonly string[] {
  return files.filter((file) => {
    const source = /^dist\/(.*?)(?:\.d)?\.[jt]s$/.exec(file)?.[1];
    return source !== undefined && !existsSync(join(directory, `src/${source}.ts`));
  });
}

function fault(name: string, what: string): void {
  faults += 1;
  console.error(`${name}: ${what}`);
}
