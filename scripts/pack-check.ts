// Packs every package as it would be published and looks inside: publint finds no fault, and nothing is there that should not be.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { workspacePackages } from "./workspace.ts";

const UNWANTED = /(\.test\.|\/test\/|\/fixtures\/|\.tsbuildinfo$|^src\/|tsconfig|\.env)/;
const REQUIRED = ["package.json", "README.md", "LICENSE"];

const target = mkdtempSync(join(tmpdir(), "loong-pack-"));
let faults = 0;

for (const { directory, name } of workspacePackages()) {
  const tarball = pack(directory);
  const files = execFileSync("tar", ["-tzf", tarball], { encoding: "utf8" })
    .split("\n")
    .filter(Boolean)
    .map((file) => file.replace(/^package\//, ""));
  for (const file of files.filter((one) => UNWANTED.test(one))) fault(name, `contains ${file}`);
  for (const file of REQUIRED.filter((one) => !files.includes(one))) fault(name, `lacks ${file}`);
  const bytes = readFileSync(tarball);
  const { messages, pkg } = await publint({
    pkgDir: directory,
    pack: { tarball: new Uint8Array(bytes).buffer },
    strict: true,
  });
  for (const message of messages) {
    if (message.type !== "suggestion") fault(name, formatMessage(message, pkg ?? {}) ?? message.code);
  }
  console.log(`${name}: ${files.length} files, ${Math.round(bytes.length / 1024)} kB`);
}
rmSync(target, { recursive: true });
process.exitCode = faults === 0 ? 0 : 1;

function pack(directory: string): string {
  const out = execFileSync("pnpm", ["pack", "--json", "--pack-destination", target], {
    cwd: directory,
    encoding: "utf8",
  });
  const answer = JSON.parse(out) as { filename: string } | { filename: string }[];
  return Array.isArray(answer) ? (answer[0]?.filename ?? "") : answer.filename;
}

function fault(name: string, what: string): void {
  faults += 1;
  console.error(`${name}: ${what}`);
}
