import { parseDocument, type TomlDocument } from "@decimalturn/toml-patch";
import type { KeyPath } from "../types.ts";
import {
  type ConfigDocument,
  isForbiddenKey,
  isPlainObject,
  lineStarts,
  pathKey,
  type PlainObject,
  type SyntaxFailure,
} from "./document.ts";

export type TomlBlock = TomlDocument["cst"][number];
export type TomlTable = Extract<TomlBlock, { type: "Table" | "TableArray" }>;
export type TomlKeyValue = Extract<TomlBlock, { equals: number }>;
type TomlValue = TomlKeyValue["value"];
export interface TomlPlace {
  readonly line: number;
  readonly column: number;
}

/** TOML 1.1. Dates become their text: no setting is a date. */
export function parseToml(text: string): ConfigDocument | SyntaxFailure {
  const document = readToml(text);
  if ("reason" in document) return document;
  const starts = lineStarts(text);
  const places = placesOf(document);
  const value = plainValue(document.toJsObject) as PlainObject;
  for (const place of places.keys()) restoreForbidden(value, place.split("\u0000"));
  return {
    value,
    duplicates: [],
    offsetOf: (path) => {
      const place = places.get(pathKey(path));
      return place === undefined ? undefined : offsetAt(starts, place);
    },
  };
}

/** The syntax tree, with the place of everything. */
export function readToml(text: string): TomlDocument | SyntaxFailure {
  try {
    const document = parseDocument(text);
    void document.toJsObject; // rules about tables written twice are checked only here
    return document;
  } catch (error) {
    const { line, column } = error as Partial<TomlPlace>;
    const offset = line === undefined ? 0 : offsetAt(lineStarts(text), { line, column: column ?? 0 });
    return { reason: plainReason(error), offset };
  }
}

/** The library counts lines from 1 and columns from 0. */
export function offsetAt(starts: readonly number[], place: TomlPlace): number {
  return (starts[place.line - 1] ?? 0) + place.column;
}

/** The path of each table header, `[[lists]]` counted. */
export function tablePaths(blocks: readonly TomlBlock[]): Map<TomlTable, KeyPath> {
  const paths = new Map<TomlTable, KeyPath>();
  const lastIndex = new Map<string, number>();
  for (const block of blocks) {
    const kind = kindOf(block);
    if (kind !== "Table" && kind !== "TableArray") continue;
    const table = block as TomlTable;
    const path = withIndexes(table.key.item.value, lastIndex);
    if (kind === "Table") paths.set(table, path);
    else {
      const index = (lastIndex.get(pathKey(path)) ?? -1) + 1;
      lastIndex.set(pathKey(path), index);
      paths.set(table, [...path, String(index)]);
    }
  }
  return paths;
}

/** `fruit.variety` inside the second `[[fruit]]` is `fruit.1.variety`; the last key of a header stays bare. */
function withIndexes(keys: readonly string[], lastIndex: ReadonlyMap<string, number>): KeyPath {
  const path: string[] = [];
  for (const [depth, key] of keys.entries()) {
    path.push(key);
    const index = depth < keys.length - 1 ? lastIndex.get(pathKey(path)) : undefined;
    if (index !== undefined) path.push(String(index));
  }
  return path;
}

function placesOf(document: TomlDocument): Map<string, TomlPlace> {
  const places = new Map<string, TomlPlace>();
  const paths = tablePaths(document.cst);
  for (const block of document.cst) {
    if (isKeyValue(block)) visitPair(block, [], places);
    const path = paths.get(block as TomlTable);
    if (path === undefined) continue;
    const table = block as TomlTable;
    rememberAll(path, 0, table.key.item.loc.start, places);
    for (const row of table.items) if (isKeyValue(row)) visitPair(row, path, places);
  }
  return places;
}

export function isKeyValue(block: TomlBlock): block is TomlKeyValue {
  return kindOf(block) === "KeyValue";
}

export function isInlineArray(value: TomlValue): value is Extract<TomlValue, { items: { item: { loc: unknown } }[] }> {
  return kindOf(value) === "InlineArray";
}

function isInlineTable(value: TomlValue): value is Extract<TomlValue, { items: { item: { equals: number } }[] }> {
  return kindOf(value) === "InlineTable";
}

/** The library's enum of kinds is not exported; its members are their names. */
function kindOf(node: { readonly type: unknown }): string {
  return String(node.type);
}

function visitPair(pair: TomlKeyValue, base: KeyPath, places: Map<string, TomlPlace>): void {
  const path = [...base, ...pair.key.value];
  rememberAll(path, base.length, pair.key.loc.start, places);
  visitValue(pair.value, path, places);
}

function visitValue(value: TomlValue, path: KeyPath, places: Map<string, TomlPlace>): void {
  if (isInlineTable(value)) {
    for (const { item } of value.items) visitPair(item, path, places);
  } else if (isInlineArray(value)) {
    for (const [index, { item }] of value.items.entries()) {
      const here = [...path, String(index)];
      places.set(pathKey(here), item.loc.start);
      visitValue(item as TomlValue, here, places);
    }
  }
}

/** A dotted key stands for every table on its way. */
function rememberAll(path: KeyPath, from: number, place: TomlPlace, places: Map<string, TomlPlace>): void {
  for (let length = from + 1; length <= path.length; length++) {
    const key = pathKey(path.slice(0, length));
    if (!places.has(key)) places.set(key, place);
  }
}

function plainValue(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(plainValue);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plainValue(member)]));
}

/** The library leaves these keys out. What was written must be there to be refused. */
function restoreForbidden(root: PlainObject, path: KeyPath): void {
  if (!isForbiddenKey(path.at(-1) ?? "")) return;
  let table: unknown = root;
  for (const key of path.slice(0, -1)) table = Object.entries(table ?? {}).find(([name]) => name === key)?.[1];
  if (!isPlainObject(table)) return;
  Object.defineProperty(table, path.at(-1) ?? "", { value: {}, enumerable: true, writable: true, configurable: true });
}

/** The library's message without what it quotes from the file. */
function plainReason(error: unknown): string {
  const lines = error instanceof Error ? error.message.split("\n") : [];
  const reason = (lines.at(-1) ?? "").replace(/(?:["'`][^"'`]{2}|:).*$/, "").trim();
  return reason === "" ? "it is not TOML" : reason.charAt(0).toLowerCase() + reason.slice(1);
}
