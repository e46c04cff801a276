import { mkdirSync, mkdtempSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A HOME whose Loong has the Feishu channel installed, as npm would have put it there. */
export function makeHome(): string {
  const home = mkdtempSync(join(tmpdir(), "loong-bench-"));
  const scope = join(home, ".loong/plugins/node_modules/@loong");
  mkdirSync(scope, { recursive: true, mode: 0o700 });
  symlinkSync(join(import.meta.dirname, "../extensions/feishu"), join(scope, "feishu"));
  return home;
}
