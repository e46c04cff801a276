import { isDeepStrictEqual } from "node:util";
import { configErrors } from "../errors.ts";
import { formatPath } from "../key-path.ts";
import { isFailure, isPlainObject, parseConfig, type PlainObject } from "../source/document.ts";
import type { ConfigFormat, KeyPath } from "../types.ts";

/** One change, at a path as it is written in the file. `undefined` removes. The path leads through tables only. */
export interface Edit {
  readonly path: KeyPath;
  readonly value: unknown;
}

/** Ways to make one change in a text, best first. One that cannot do it gives `undefined` or something wrong. */
export type Editor = (text: string, edit: Edit) => readonly (() => string | undefined)[];

/**
 * The text with one change and nothing else: comments, order, spacing and every other line stay.
 * @throws CONFIG_EDIT_UNSAFE when no way of changing the text gives exactly the wanted data.
 */
export async function applyEdit(text: string, format: ConfigFormat, edit: Edit): Promise<string> {
  const before = await parseConfig(text, format);
  const written = isFailure(before) ? {} : before.value;
  const wanted = changed(written, edit.path, edit.value);
  const editor = await loadEditor(format);
  for (const attempt of editor(text, edit)) {
    const result = textOf(attempt);
    if (result !== undefined && (await reads(result, format, wanted))) return result;
  }
  throw configErrors.CONFIG_EDIT_UNSAFE([
    formatPath(edit.path),
    "it cannot be changed without touching something else",
  ]);
}

/** A library that refuses a value (TOML has no null) has simply not done it. */
function textOf(attempt: () => string | undefined): string | undefined {
  try {
    return attempt();
  } catch {
    return undefined;
  }
}

async function loadEditor(format: ConfigFormat): Promise<Editor> {
  if (format === "json") return (await import("./json.ts")).jsonEditor;
  if (format === "toml") return (await import("./toml.ts")).tomlEditor;
  return (await import("./yaml.ts")).yamlEditor;
}

async function reads(text: string, format: ConfigFormat, wanted: PlainObject): Promise<boolean> {
  const parsed = await parseConfig(text, format);
  if (isFailure(parsed)) return text.trim() === "" && Object.keys(wanted).length === 0;
  return isDeepStrictEqual(parsed.value, wanted);
}

/** A copy of `table` with the value at `path` set or removed. */
export function changed(table: PlainObject, path: KeyPath, value: unknown): PlainObject {
  const [key = "", ...rest] = path;
  const copy = { ...table };
  if (rest.length === 0 && value === undefined) delete copy[key];
  else if (rest.length === 0) copy[key] = value;
  else if (value !== undefined || isPlainObject(copy[key]))
    copy[key] = changed(isPlainObject(copy[key]) ? copy[key] : {}, rest, value);
  return copy;
}

/** `{ a: { b: value } }` for the keys `a`, `b`. */
export function nested(keys: KeyPath, value: unknown): unknown {
  return keys.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);
}
