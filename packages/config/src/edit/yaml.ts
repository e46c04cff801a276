import {
  Document,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  Scalar,
  visit,
  type YAMLMap,
} from "yaml";
import { isPlainObject } from "../source/document.ts";
import { readYaml, yamlKey } from "../source/yaml.ts";
import type { KeyPath } from "../types.ts";
import { type Edit, type Editor, nested } from "./apply.ts";
import { lineEnd, lineEndOf, lineStart, nextLine, splice } from "./splice.ts";

/** Changes YAML in the text itself; where that fails, through the library, which keeps comments but not all spacing. */
export const yamlEditor: Editor = (text, edit) => [() => editText(text, edit), () => editDocument(text, edit)];

/** Where a path ends: the pair that holds the value, or the map that lacks the next key. */
interface Spot {
  readonly map: YAMLMap | undefined;
  readonly pair: Pair | undefined;
  /** The pair that holds `map`; absent for the root. */
  readonly owner: Pair | undefined;
  readonly depth: number;
}

function editText(text: string, { path, value }: Edit): string | undefined {
  const root = readYaml(text).contents;
  if (root === null) return value === undefined ? undefined : appendBlock(text, "", nested(path, value), text);
  if (!isMap(root)) return undefined;
  const spot = find(root, path);
  if (spot.map === undefined) return undefined;
  if (value === undefined)
    return spot.depth === path.length && spot.pair !== undefined
      ? removePair(text, spot.map, spot.pair, spot.owner)
      : undefined;
  const rest = path.slice(spot.depth);
  if (rest.length === 0 && spot.pair !== undefined) return replaceValue(text, spot.pair, value);
  if (spot.pair !== undefined) return fillEmpty(text, spot.map, spot.pair, nested(rest, value));
  return addPair(text, spot.map, spot.owner, nested(rest, value));
}

function find(root: YAMLMap, path: KeyPath): Spot {
  let map = root;
  let owner: Pair | undefined;
  for (const [depth, key] of path.entries()) {
    const pair: Pair | undefined = map.items.findLast((item) => yamlKey(item.key) === key);
    if (pair === undefined) return { map, pair, owner, depth };
    if (depth === path.length - 1 || !isMap(pair.value)) return { map, pair, owner, depth: depth + 1 };
    owner = pair;
    map = pair.value;
  }
  return { map, pair: undefined, owner, depth: path.length };
}

// Setting --------------------------------------------------------------------------------------------------------------

function replaceValue(text: string, pair: Pair, value: unknown): string | undefined {
  const [start, end] = valueRange(text, pair);
  const node = pair.value as Node | null;
  const inFlow = isCollection(node) && node.flow === true;
  const wasLine =
    isScalar(node) &&
    node.type !== "BLOCK_LITERAL" &&
    node.type !== "BLOCK_FOLDED" &&
    node.range !== undefined &&
    node.range !== null &&
    node.range[0] < node.range[1];
  const inline = renderQuoted(node, value) ?? renderInline(value);
  if (inline !== undefined && (inFlow || wasLine)) return splice(text, start, end, inline);
  const after = colonEnd(text, pair);
  const tail = text[end - 1] === "\n" ? lineEndOf(text) : "";
  if (inline !== undefined) return splice(text, after, end, ` ${inline}${tail}`);
  const indent = columnOf(text, startOf(pair.key));
  const body = renderBlock(value, indent + unitOf(text), text);
  return splice(text, after, end, `${lineEndOf(text)}${body.replace(/\r?\n$/, "")}${tail}`);
}

/** `chat:` with nothing after it, or a value that is no table, becomes a table. */
function fillEmpty(text: string, map: YAMLMap, pair: Pair, value: unknown): string | undefined {
  const node = pair.value;
  if (map.flow === true || (node !== null && !(isScalar(node) && node.value === null)))
    return replaceValue(text, pair, value);
  const [start, end] = valueRange(text, pair);
  const cleared = splice(text, start, end, "");
  const line = lineEnd(cleared, start);
  const body = renderBlock(value, columnOf(text, startOf(pair.key)) + unitOf(text), text);
  return splice(cleared, line, line, `${lineEndOf(text)}${body.replace(/\r?\n$/, "")}`);
}

function addPair(text: string, map: YAMLMap, owner: Pair | undefined, value: unknown): string | undefined {
  const first = map.items[0];
  if (map.flow !== true && first !== undefined)
    return appendBlock(text, columnOf(text, startOf(first.key)), value, text.slice(0, insertionPoint(text, map)));
  if (map.items.length > 0) return addToFlow(text, map, value);
  const range = map.range;
  if (range === undefined || range === null) return undefined;
  if (owner === undefined)
    return appendBlock(text, "", value, splice(text, range[0], range[1], "").slice(0, range[0]), text.slice(range[1]));
  return inFlow(text, owner)
    ? splice(text, range[0], range[1], stringifyFlow(value))
    : replaceValue(text, owner, value);
}

/** After the last line of the map's last value. */
function insertionPoint(text: string, map: YAMLMap): number {
  const end = contentEnd(text, map);
  return text[end - 1] === "\n" ? end : nextLine(text, end);
}

function appendBlock(
  text: string,
  indent: string,
  value: unknown,
  before: string,
  after: string = text.slice(before.length),
): string {
  const newline = before === "" || before.endsWith("\n") ? "" : lineEndOf(text);
  return `${before}${newline}${renderBlock(value, indent, text)}${after.replace(/^\r?\n/, (match) => (newline === "" ? match : ""))}`;
}

function addToFlow(text: string, map: YAMLMap, value: unknown): string {
  const end = contentEnd(text, map);
  return splice(text, end, end, `, ${stringifyFlow(value).replace(/^\{ ?| ?\}$/g, "")}`);
}

function inFlow(text: string, owner: Pair): boolean {
  return !/^[\s-]*$/.test(text.slice(lineStart(text, startOf(owner.key)), startOf(owner.key)));
}

// Removing -------------------------------------------------------------------------------------------------------------

function removePair(text: string, map: YAMLMap, pair: Pair, owner: Pair | undefined): string | undefined {
  if (map.flow === true) return undefined;
  const from = lineStart(text, startOf(pair.key));
  const [, end] = valueRange(text, pair);
  const to = text[end - 1] === "\n" ? end : nextLine(text, end);
  const cut = splice(text, from, to, "");
  if (map.items.length > 1 || owner === undefined) return cut;
  const at = colonEnd(text, owner);
  return splice(cut, at, at, " {}");
}

// Where things are -----------------------------------------------------------------------------------------------------

function startOf(node: unknown): number {
  return (node as Node).range?.[0] ?? 0;
}

/** From the first character of the value to the one after its last; both after the colon when it is empty. */
function valueRange(text: string, pair: Pair): readonly [number, number] {
  const node = pair.value as Node | null;
  const range = node?.range;
  const after = colonEnd(text, pair);
  if (range === undefined || range === null || range[1] <= after) return [after, after];
  return [Math.max(range[0], after), isCollection(node) && node.flow !== true ? contentEnd(text, node) : range[1]];
}

/** Where the last value inside ends. */
function contentEnd(text: string, node: Node): number {
  if (isMap(node) && node.items.length > 0) {
    const last = node.items.at(-1);
    if (last !== undefined) return valueRange(text, last)[1];
  }
  if (isSeq(node) && node.flow !== true && node.items.length > 0) return contentEnd(text, node.items.at(-1) as Node);
  return node.range?.[1] ?? 0;
}

function colonEnd(text: string, pair: Pair): number {
  const keyEnd = (pair.key as Node).range?.[1] ?? 0;
  return text.indexOf(":", keyEnd) + 1;
}

function columnOf(text: string, offset: number): string {
  return " ".repeat(offset - lineStart(text, offset));
}

/** One level of indentation, as the text has it. */
function unitOf(text: string): string {
  return /^[^\s#-][^\n]*:[ \t]*(?:#[^\n]*|\r)?\n(?:[ \t]*(?:#[^\n]*|\r)?\n)*( +)\S/m.exec(text)?.[1] ?? "  ";
}

// Writing values -------------------------------------------------------------------------------------------------------

/** Scalars, and small tables and lists of scalars, as they stand on one line. */
function renderInline(value: unknown): string | undefined {
  if (typeof value === "string" && value.includes("\n")) return JSON.stringify(value);
  if (typeof value === "object" && value !== null && !isSmall(value)) return undefined;
  return stringifyFlow(value);
}

/** A text keeps the quotes that stood around the one before it. */
function renderQuoted(before: Node | null, value: unknown): string | undefined {
  if (typeof value !== "string" || value.includes("\n") || !isScalar(before)) return undefined;
  if (before.type !== "QUOTE_DOUBLE" && before.type !== "QUOTE_SINGLE") return undefined;
  const scalar = new Scalar(value);
  scalar.type = before.type;
  return stringifyFlow(scalar);
}

function isSmall(value: object): boolean {
  const items = Object.values(value);
  const isReference = isPlainObject(value) && Object.keys(value).every((key) => ["env", "file", "exec"].includes(key));
  return (
    (Array.isArray(value) || isReference) &&
    items.every((item) => typeof item !== "object" || item === null || Array.isArray(item))
  );
}

function stringifyFlow(value: unknown): string {
  return new Document(value)
    .toString({ collectionStyle: "flow", lineWidth: 0, flowCollectionPadding: true })
    .replace(/\n$/, "");
}

/** Block lines, each with `indent` before it and a line end after it; small values inside stay on one line. */
function renderBlock(value: unknown, indent: string, text: string): string {
  const document = new Document(value);
  visit(document, {
    Collection: (_, node) => {
      const plain: unknown = node.toJSON();
      if (typeof plain === "object" && plain !== null && isSmall(plain)) node.flow = true;
    },
  });
  const block = document.toString({ indent: unitOf(text).length, lineWidth: 0 });
  return block
    .replace(/\n$/, "")
    .split("\n")
    .map((line) => `${line === "" ? "" : indent}${line}${lineEndOf(text)}`)
    .join("");
}

function editDocument(text: string, { path, value }: Edit): string | undefined {
  const document = readYaml(text);
  if (value === undefined) document.deleteIn(path);
  else document.setIn(path, document.createNode(value));
  return document.toString({ lineWidth: 0 });
}
