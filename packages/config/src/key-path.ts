import { configErrors } from "./errors.ts";
import { isForbiddenKey } from "./source/document.ts";
import type { KeyPath } from "./types.ts";

/** `channels.chat.groups["room.a"].requireMention`: keys with dots between them, other ids quoted in brackets. */
export function formatPath(path: KeyPath): string {
  return path
    .map((key, index) => (/^[^\s.[\]"']+$/.test(key) ? `${index === 0 ? "" : "."}${key}` : `[${JSON.stringify(key)}]`))
    .join("");
}

/**
 * Reads what `formatPath` writes; `[0]` and `['id']` too.
 * @throws CONFIG_PATH when it is empty or malformed.
 */
export function parsePath(text: string): KeyPath {
  const path: string[] = [];
  let rest = text.trim();
  while (rest !== "") {
    const step = /^\["((?:[^"\\]|\\.)*)"\]|^\['([^']*)'\]|^\[(\d+)\]|^([^.[\]]+)/.exec(rest);
    if (step === null) throw configErrors.CONFIG_PATH([text, "a key is missing or a bracket is not closed"]);
    path.push(step[1] === undefined ? (step[2] ?? step[3] ?? step[4] ?? "") : unquote(step[1], text));
    rest = rest.slice(step[0].length);
    if (rest === ".") throw configErrors.CONFIG_PATH([text, "it ends with a dot"]);
    if (rest.startsWith(".")) rest = rest.slice(1);
  }
  if (path.length === 0) throw configErrors.CONFIG_PATH([text, "it is empty"]);
  if (path.some(isForbiddenKey))
    throw configErrors.CONFIG_PATH([text, "a key has a name that objects keep for themselves"]);
  return path;
}

function unquote(inside: string, text: string): string {
  try {
    return JSON.parse(`"${inside}"`) as string;
  } catch {
    throw configErrors.CONFIG_PATH([text, "a quoted key is malformed"]);
  }
}
