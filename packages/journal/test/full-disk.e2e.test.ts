import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

/** A small disk of its own needs a mount namespace, which not every machine grants. */
const canMount = spawnSync("unshare", ["-rm", "true"]).status === 0;

test.skipIf(!canMount)(
  "a full disk refuses what it cannot store, keeps what it has and goes on when there is room",
  () => {
    const directory = mkdtempSync(join(tmpdir(), "loong-full-"));
    const child = fileURLToPath(new URL("full-disk-child.ts", import.meta.url));
    const script = 'mount -t tmpfs -o size=3m tmpfs "$1" && exec "$2" --conditions=@loong/source "$3" "$1"';
    const report = execFileSync("unshare", ["-rm", "sh", "-c", script, "sh", directory, process.execPath, child], {
      encoding: "utf8",
    });
    rmSync(directory, { recursive: true });
    const { stored, refusal, found, afterwards, damaged } = JSON.parse(report) as Record<string, unknown>;
    expect(refusal).toBe("JOURNAL_FULL");
    expect(stored).toBeGreaterThan(20);
    expect(found).toBe(stored);
    expect(afterwards).toBe("stored");
    expect(damaged).toEqual([]);
  },
);
