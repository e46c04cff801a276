import { sep } from "node:path";
import { pathToFileURL } from "node:url";

/**
 * Where in a plugin an error came from, read from its stack.
 *
 * @returns `"src/api.js:12"`, relative to `directory`; `undefined` when no line of the stack lies in it.
 */
export function placeOfFault(error: unknown, directory: string): string | undefined {
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  const lines = stack.split("\n");
  return lines.map((line) => placeIn(line, directory)).find((place) => place !== undefined);
}

function placeIn(line: string, directory: string): string | undefined {
  for (const root of [pathToFileURL(directory + sep).href, directory + sep]) {
    const start = line.indexOf(root);
    const place = start === -1 ? null : /^[^:]+:\d+/.exec(line.slice(start + root.length));
    if (place !== null) return place[0];
  }
  return undefined;
}
