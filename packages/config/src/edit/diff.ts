import { createTwoFilesPatch, FILE_HEADERS_ONLY } from "diff";

/** A unified diff of the two texts; empty when they are the same. */
export function unifiedDiff(path: string, before: string, after: string): string {
  return before === after
    ? ""
    : createTwoFilesPatch(path, path, before, after, "", "", { context: 3, headerOptions: FILE_HEADERS_ONLY });
}
