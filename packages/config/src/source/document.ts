import type { ConfigFormat, KeyPath } from "../types.ts";

/** Plain data as it stands in a file, keys unchanged. */
export type PlainObject = Record<string, unknown>;

/** A config file that could be read, in whatever format. Offsets are UTF-16 units from the start of the text. */
export interface ConfigDocument {
  readonly value: PlainObject;
  /** Keys that one table has twice, where the format itself does not forbid it. */
  readonly duplicates: readonly Duplicate[];
  /** Where a key, or a member of a list, begins. */
  offsetOf(path: KeyPath): number | undefined;
}

export interface Duplicate {
  readonly path: KeyPath;
  readonly firstOffset: number;
  readonly secondOffset: number;
}

/** Why a text is not a config file, and where. Quotes nothing of the text: it may hold a secret. */
export interface SyntaxFailure {
  readonly reason: string;
  readonly offset: number;
}

type Parse = (text: string) => ConfigDocument | SyntaxFailure;

export interface Position {
  readonly line: number;
  readonly column: number;
}

export function isFailure(parsed: ConfigDocument | SyntaxFailure): parsed is SyntaxFailure {
  return "reason" in parsed;
}

/** A document of nothing. */
export const emptyDocument: ConfigDocument = { value: {}, duplicates: [], offsetOf: () => undefined };

/** Reads `text`, loading only the parser of its format. */
export async function parseConfig(text: string, format: ConfigFormat): Promise<ConfigDocument | SyntaxFailure> {
  const parse = await loadParser(format);
  return parse(text.startsWith("\uFEFF") ? ` ${text.slice(1)}` : text);
}

async function loadParser(format: ConfigFormat): Promise<Parse> {
  if (format === "json") return (await import("./json.ts")).parseJson;
  if (format === "toml") return (await import("./toml.ts")).parseToml;
  return (await import("./yaml.ts")).parseYaml;
}

/** Line and column from 1, in a text whose lines start at `starts`. */
export function positionAt(starts: readonly number[], offset: number): Position {
  const index = Math.max(
    0,
    starts.findLastIndex((start) => start <= offset),
  );
  return { line: index + 1, column: offset - (starts[index] ?? 0) + 1 };
}

/** Offset of the first character of each line. */
export function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

/** The key of `path` in a map of paths. */
export function pathKey(path: KeyPath): string {
  return path.join("\u0000");
}

export function isPlainObject(value: unknown): value is PlainObject {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

/** A key that would change what an object is, instead of what it holds. */
export function isForbiddenKey(key: string): boolean {
  return key === "__proto__";
}
