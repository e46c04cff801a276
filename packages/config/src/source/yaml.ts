import { type Document, isMap, isScalar, isSeq, type Node, parseDocument, type YAMLMap } from "yaml";
import type { KeyPath } from "../types.ts";
import { type ConfigDocument, type Duplicate, isPlainObject, pathKey, type SyntaxFailure } from "./document.ts";

/** YAML 1.2, with merge keys. Aliases are followed, at most 100 times, so that no small file becomes a big one. */
export function parseYaml(text: string): ConfigDocument | SyntaxFailure {
  const document = readYaml(text);
  const [error] = document.errors;
  if (error !== undefined) return { reason: plainReason(error.message), offset: error.pos[0] };
  return documentOf(document);
}

/** The syntax tree, with the offsets of everything. */
export function readYaml(text: string): Document.Parsed {
  return parseDocument(text, { uniqueKeys: false, merge: true, prettyErrors: false, logLevel: "error" });
}

/** A map's key as it counts in data: `1:` is `"1"`. */
export function yamlKey(key: unknown): string {
  const value = (isScalar(key) ? key.value : key) as string | number | boolean | symbol | null;
  return value === null ? "" : String(value);
}

function documentOf(document: Document.Parsed): ConfigDocument | SyntaxFailure {
  const value = plainValue(document);
  if (value === BAD_ALIAS || leadsBack(value, []))
    return { reason: "an alias is repeated too often or leads nowhere", offset: 0 };
  if (value === null || value === undefined) return { value: {}, duplicates: [], offsetOf: () => undefined };
  if (!isPlainObject(value))
    return { reason: "it must be keys with values", offset: document.contents?.range?.[0] ?? 0 };
  const duplicates: Duplicate[] = [];
  const offsets = new Map<string, number>();
  if (document.contents !== null) visit(document.contents, [], offsets, duplicates);
  return { value, duplicates, offsetOf: (path) => offsets.get(pathKey(path)) };
}

const BAD_ALIAS = Symbol("bad alias");

function plainValue(document: Document.Parsed): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch {
    return BAD_ALIAS;
  }
}

/** Is something its own ancestor? An anchor may stand around its alias. */
function leadsBack(value: unknown, ancestors: readonly unknown[]): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (ancestors.includes(value)) return true;
  return Object.values(value).some((child) => leadsBack(child, [...ancestors, value]));
}

function visit(node: Node, path: KeyPath, offsets: Map<string, number>, duplicates: Duplicate[]): void {
  if (isMap(node)) visitMap(node, path, offsets, duplicates);
  else if (isSeq(node)) {
    for (const [index, item] of node.items.entries())
      visitAt(item as Node, [...path, String(index)], offsets, duplicates, item as Node);
  }
}

function visitMap(map: YAMLMap, path: KeyPath, offsets: Map<string, number>, duplicates: Duplicate[]): void {
  for (const pair of map.items) {
    visitAt(pair.key as Node, [...path, yamlKey(pair.key)], offsets, duplicates, pair.value as Node | null);
  }
}

function visitAt(
  at: Node,
  path: KeyPath,
  offsets: Map<string, number>,
  duplicates: Duplicate[],
  value: Node | null,
): void {
  const offset = at.range?.[0] ?? 0;
  const first = offsets.get(pathKey(path));
  if (first === undefined) offsets.set(pathKey(path), offset);
  else duplicates.push({ path, firstOffset: first, secondOffset: offset });
  if (value !== null) visit(value, path, offsets, duplicates);
}

/** The library's message without the line it quotes. */
function plainReason(message: string): string {
  return (message.split("\n")[0] ?? "").replace(/[:;] .*$/, "").replace(/[.:]$/, "");
}
