import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readPackageFolder } from "./package-folder.ts";

test.for([
  ["{bad", "is not JSON"],
  ["null", "has no name or no version"],
  ['{"name":"horn"}', "has no name or no version"],
] as const)("a package.json that is %s is said to be so", async ([text, fault]) => {
  const directory = mkdtempSync(join(tmpdir(), "loong-folder-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  writeFileSync(join(directory, "package.json"), text);
  await expect(readPackageFolder(directory)).rejects.toMatchObject({
    code: "CLI_PLUGIN_FOLDER",
    message: `${directory} is no package: its package.json ${fault}.`,
  });
});
