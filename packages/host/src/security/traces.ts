import { type FileFacts, octal, openFolderAround } from "./file-facts.ts";
import type { Trace } from "./rule.ts";

/** A file or folder whose mode is to be another. */
export function modeOf({ path, mode }: FileFacts, wanted: number, what: string): Trace {
  return { file: path, found: `${path} ${what} (mode ${octal(mode)}).`, mode: wanted };
}

/** A folder around a path in which everybody may replace what is there. */
export function replaceable(path: string): readonly Trace[] {
  const folder = openFolderAround(path);
  if (folder === undefined) return [];
  return [{ file: folder, found: `${folder}, around ${path}, can be written to by everybody.` }];
}
