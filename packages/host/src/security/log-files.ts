import { basename, join } from "node:path";
import { sortedLogFiles } from "../log/files.ts";
import { entriesOf } from "./file-facts.ts";

/** Today's, older ones, and what the system kept of the service's words. */
export function logFilesIn(folder: string): readonly string[] {
  const names = entriesOf(folder).map(({ path }) => basename(path));
  return [...sortedLogFiles(names), "service.log"].map((name) => join(folder, name));
}
