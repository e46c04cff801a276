import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** A folder for the running test, removed after everything else that the test cleans up. */
export function tempDir(): string {
  const dir = mkdtempSync(join(tmpdir(), "loong-host-"));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}
