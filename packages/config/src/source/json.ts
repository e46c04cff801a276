import { type DocumentNode, type MemberNode, type ObjectNode, parse, type ValueNode } from "@humanwhocodes/momoa";
import json5 from "json5";
import type { KeyPath } from "../types.ts";
import {
  type ConfigDocument,
  type Duplicate,
  isPlainObject,
  lineStarts,
  pathKey,
  type SyntaxFailure,
} from "./document.ts";

/** JSON5, so also JSON and JSON with comments. */
export function parseJson(text: string): ConfigDocument | SyntaxFailure {
  const value = readValue(text);
  if ("reason" in value) return value;
  if (!isPlainObject(value.data)) return { reason: "it must be an object in braces", offset: 0 };
  const duplicates: Duplicate[] = [];
  const offsets = new Map<string, number>();
  try {
    visit(readJson(text).body, [], offsets, duplicates);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { reason: "it is nested too deeply", offset: 0 };
  }
  return { value: value.data, duplicates, offsetOf: (path) => offsets.get(pathKey(path)) };
}

/** A key that one object of a JSON text has twice: to the standard parser the last one is all there is. */
export function repeatedKey(json: string): KeyPath | undefined {
  const duplicates: Duplicate[] = [];
  visit(readJson(json).body, [], new Map(), duplicates);
  return duplicates[0]?.path;
}

/** The syntax tree of a text that `parseJson` has read: on some torn texts this parser would not end. */
export function readJson(text: string): DocumentNode {
  return parse(text, { mode: "json5", ranges: true, tokens: true });
}

function readValue(text: string): { readonly data: unknown } | SyntaxFailure {
  try {
    return { data: json5.parse(text) };
  } catch (error) {
    const { lineNumber = 1, columnNumber = 1 } = error as { lineNumber?: number; columnNumber?: number };
    return { reason: plainReason(error), offset: (lineStarts(text)[lineNumber - 1] ?? 0) + columnNumber - 1 };
  }
}

export function memberKey(member: MemberNode): string {
  return member.name.type === "Identifier" ? member.name.name : member.name.value;
}

/** A node or a token. */
export interface Located {
  readonly loc: { readonly start: { readonly offset: number }; readonly end: { readonly offset: number } };
}

export function startOf(node: Located): number {
  return node.loc.start.offset;
}

export function endOf(node: Located): number {
  return node.loc.end.offset;
}

function visit(node: ValueNode, path: KeyPath, offsets: Map<string, number>, duplicates: Duplicate[]): void {
  if (node.type === "Object") visitObject(node, path, offsets, duplicates);
  if (node.type !== "Array") return;
  for (const [index, element] of node.elements.entries()) {
    offsets.set(pathKey([...path, String(index)]), startOf(element.value));
    visit(element.value, [...path, String(index)], offsets, duplicates);
  }
}

function visitObject(node: ObjectNode, path: KeyPath, offsets: Map<string, number>, duplicates: Duplicate[]): void {
  for (const member of node.members) {
    const here = [...path, memberKey(member)];
    const first = offsets.get(pathKey(here));
    if (first === undefined) offsets.set(pathKey(here), startOf(member.name));
    else duplicates.push({ path: here, firstOffset: first, secondOffset: startOf(member.name) });
    visit(member.value, here, offsets, duplicates);
  }
}

/** The library's message without the character it quotes. */
function plainReason(error: unknown): string {
  const message = error instanceof Error ? error.message : "";
  return /invalid (?:end of input|character|identifier character|escape)/.exec(message)?.[0] ?? "it is not JSON";
}
