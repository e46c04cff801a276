// Writes the `loong` block of every extension's package.json from its code. `--check` only compares and exits 1 on a difference.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type AgentPlugin, type ChannelPlugin, manifestOf } from "@loong/sdk";
import { workspacePackages } from "./workspace.ts";

const check = process.argv.includes("--check");
let stale = 0;

for (const { directory, name } of workspacePackages().filter((one) => one.directory.includes("/extensions/"))) {
  const module = (await import(pathToFileURL(join(directory, "src/index.ts")).href)) as {
    default: ChannelPlugin | AgentPlugin;
  };
  const file = join(directory, "package.json");
  const before = readFileSync(file, "utf8");
  const after = `${JSON.stringify({ ...JSON.parse(before), loong: manifestOf(module.default) }, null, 2)}\n`;
  if (JSON.stringify(JSON.parse(before)) === JSON.stringify(JSON.parse(after))) continue;
  stale += 1;
  console.log(`${name}: the loong block ${check ? "does not match the code; run `pnpm manifests`" : "was written"}`);
  if (!check) writeFileSync(file, after);
}
process.exitCode = check && stale > 0 ? 1 : 0;
