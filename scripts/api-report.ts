// The public contract as one text in git: `docs/api-report/sdk.d.ts`. `--check` exits 1 when the built types differ from it.
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./workspace.ts";

const built = join(root, "packages/sdk/dist");
const target = join(root, "docs/api-report/sdk.d.ts");
const report = globSync("*.d.ts", { cwd: built })
  .filter((file) => file !== "index.d.ts")
  .toSorted()
  .map((file) => `// ${file}\n${readFileSync(join(built, file), "utf8").trim()}\n`)
  .join("\n");

if (process.argv.includes("--check")) {
  const same = existsSync(target) && readFileSync(target, "utf8") === report;
  if (!same)
    console.error("The contract of @loong/sdk changed. Read the change, then run `pnpm api-report` and commit it.");
  process.exitCode = same ? 0 : 1;
} else {
  mkdirSync(join(root, "docs/api-report"), { recursive: true });
  writeFileSync(target, report);
  console.log(`wrote ${target.slice(root.length + 1)}`);
}
