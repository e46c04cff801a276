import { cpSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { compileCache } from "../../../../scripts/compile-cache.ts";

/**
 * Gives a plugin's process what others have compiled of the sources: each has a folder of its own for that, and would compile
 * all of them anew.
 *
 * @param home - The one folder that the plugin may write to.
 * @returns Keeps what this one has compiled, for the next ones. To be called when it is gone.
 */
export function warm(home: string): () => void {
  const [directory] = Object.values(compileCache());
  if (directory === undefined) return () => undefined;
  const [kept, own] = [join(directory, "plugins"), join(home, ".compiled")];
  const copy = (from: string, to: string) => existsSync(from) && cpSync(from, to, { recursive: true, force: false });
  mkdirSync(home, { recursive: true, mode: 0o700 });
  copy(kept, own);
  return () => void copy(own, kept);
}
