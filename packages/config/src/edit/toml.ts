import { isDeepStrictEqual } from "node:util";
import { type parse, patch, stringify, type TomlDocument } from "@decimalturn/toml-patch";
import {
  isInlineArray,
  isKeyValue,
  offsetAt,
  readToml,
  tablePaths,
  type TomlKeyValue,
  type TomlTable,
} from "../source/toml.ts";
import { isPlainObject, lineStarts, type PlainObject } from "../source/document.ts";
import type { KeyPath } from "../types.ts";
import { changed, type Edit, type Editor } from "./apply.ts";
import { lineEndOf, splice } from "./splice.ts";

/** Changes TOML: a table that is not there yet is added at the end, everything else is the library's patch. */
export const tomlEditor: Editor = (text, edit) => [
  () => replaceValue(text, edit),
  () => appendTable(text, edit),
  () => patchText(text, edit),
];

/** The library moves the comment behind a value to where it was; here it stays right behind. Lists keep their comments there. */
function replaceValue(text: string, { path, value }: Edit): string | undefined {
  const document = readToml(text);
  if (value === undefined || "reason" in document) return undefined;
  const old = valueNode(document, path);
  if (old === undefined || isInlineArray(old)) return undefined;
  const starts = lineStarts(text);
  return splice(text, offsetAt(starts, old.loc.start), offsetAt(starts, old.loc.end), renderInline(value));
}

function valueNode(document: TomlDocument, path: KeyPath): TomlKeyValue["value"] | undefined {
  const tables = tablePaths(document.cst);
  const rows = document.cst.flatMap((block) =>
    isKeyValue(block) ? [{ row: block, base: [] as KeyPath }] : rowsOf(block as TomlTable, tables),
  );
  return rows.find(({ row, base }) => isDeepStrictEqual([...base, ...row.key.value], path))?.row.value;
}

function rowsOf(
  block: TomlTable,
  tables: ReadonlyMap<TomlTable, KeyPath>,
): readonly { readonly row: TomlKeyValue; readonly base: KeyPath }[] {
  const base = tables.get(block);
  return base === undefined ? [] : block.items.filter(isKeyValue).map((row) => ({ row, base }));
}

function appendTable(text: string, { path, value }: Edit): string | undefined {
  const table = path.slice(0, -1);
  const key = path.at(-1) ?? "";
  const document = readToml(text);
  if (
    value === undefined ||
    table.length === 0 ||
    "reason" in document ||
    isThere(document.toJsObject as PlainObject, table)
  )
    return undefined;
  const newline = lineEndOf(text);
  const header = `[${table.map(tomlKey).join(".")}]`;
  const row = `${tomlKey(key)} = ${renderInline(value)}`;
  const before = text.trim() === "" ? text : `${text.replace(/\s*$/, "")}${newline}${newline}`;
  return `${before}${header}${newline}${row}${newline}`;
}

function patchText(text: string, { path, value }: Edit): string | undefined {
  const document = readToml(text);
  if ("reason" in document) return undefined;
  const wanted: ReturnType<typeof parse> = changed(unfrozen(document.toJsObject) as PlainObject, path, value);
  return patch(text, wanted, { inlineTableStart: Math.max(0, path.length - 1) });
}

/** Any value on one line, as it stands behind `=`. */
function renderInline(value: unknown): string {
  return stringify({ v: value }, { inlineTableStart: 0, trailingNewline: 0 })
    .replace(/^v *= */, "")
    .trimEnd();
}

function isThere(root: PlainObject, table: KeyPath): boolean {
  let at: unknown = root;
  for (const key of table) at = isTable(at) && Object.hasOwn(at, key) ? at[key] : undefined;
  return at !== undefined;
}

function isTable(value: unknown): value is PlainObject {
  return isPlainObject(value);
}

function tomlKey(key: string): string {
  return /^[\w-]+$/.test(key) ? key : JSON.stringify(key);
}

/** Plain tables in place of the library's, dates and big numbers as they are. */
function unfrozen(value: unknown): unknown {
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, unfrozen(child)]));
}
