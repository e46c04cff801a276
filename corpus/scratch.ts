import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Folders of a bench's own, one for each input. */
export interface Scratch {
  folder(): string;
  removes(): Promise<undefined>;
}

export function createScratch(): Scratch {
  const base = mkdtempSync(join(tmpdir(), "loong-corpus-"));
  let count = 0;
  return {
    folder() {
      const folder = join(base, String(count++));
      mkdirSync(folder, { mode: 0o700 });
      return folder;
    },
    async removes() {
      rmSync(base, { recursive: true, force: true });
      return undefined;
    },
  };
}
