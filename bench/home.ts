import { mkdirSync, mkdtempSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A HOME whose Loong has these channels installed, as npm would have put them there. */
export function makeHome(channels: readonly string[] = ["feishu"]): string {
  const home = mkdtempSync(join(tmpdir(), "loong-bench-"));
  const scope = join(home, ".loong/plugins/node_modules/@loong");
  mkdirSync(scope, { recursive: true, mode: 0o700 });
  for (const channel of channels)
    symlinkSync(join(import.meta.dirname, "../extensions", channel), join(scope, channel));
  return home;
}
