import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const NAME = "NODE_COMPILE_CACHE";

/** A run of the tests starts a thousand commands from the same sources: their types are stripped once. */
export default function keepCompiled(): (() => void) | undefined {
  if (process.env[NAME] !== undefined) return undefined;
  const directory = mkdtempSync(join(tmpdir(), "loong-compiled-"));
  process.env[NAME] = directory;
  return () => rmSync(directory, { recursive: true, force: true });
}

/** What a command that is not given this process's environment needs of it, to start as fast. */
export function compileCache(): Record<string, string> {
  const directory = process.env[NAME];
  return directory === undefined ? {} : { [NAME]: directory };
}
