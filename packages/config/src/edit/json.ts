import type { DocumentNode, MemberNode, ObjectNode, ValueNode } from "@humanwhocodes/momoa";
import { endOf, type Located, memberKey, readJson, startOf } from "../source/json.ts";
import { isPlainObject, type PlainObject } from "../source/document.ts";
import type { KeyPath } from "../types.ts";
import { type Edit, type Editor, nested } from "./apply.ts";
import { isBlank, lineEndOf, lineStart, nextLine, splice } from "./splice.ts";

/** Changes JSON, JSON with comments and JSON5 by replacing, adding or cutting one member of the text. */
export const jsonEditor: Editor = (text, edit) => [
  () => {
    const blank = text.replace(/^\uFEFF/, "").trim() === "";
    return editText(blank ? "{}\n" : text, edit);
  },
];

function editText(text: string, { path, value }: Edit): string | undefined {
  const document = readJson(text);
  const { node, depth } = descend(document.body, path);
  const rest = path.slice(depth);
  if (value === undefined) {
    const owner = descend(document.body, path.slice(0, -1)).node;
    return rest.length === 0 && owner.type === "Object"
      ? removeMember(text, document, owner, path.at(-1) ?? "")
      : undefined;
  }
  if (rest.length > 0 && node.type === "Object") return addMember(text, document, node, rest, value);
  const indent = indentAt(text, startOf(node));
  return splice(text, startOf(node), endOf(node), render(nested(rest, value), indent, unitOf(text), lineEndOf(text)));
}

/** The deepest value on the way, and how many keys led there. */
function descend(root: ValueNode, path: KeyPath): { readonly node: ValueNode; readonly depth: number } {
  let node = root;
  for (const [depth, key] of path.entries()) {
    const member = node.type === "Object" ? memberOf(node, key) : undefined;
    if (member === undefined) return { node, depth };
    node = member.value;
  }
  return { node, depth: path.length };
}

function memberOf(node: ObjectNode, key: string): MemberNode | undefined {
  return node.members.find((member) => memberKey(member) === key);
}

function addMember(text: string, document: DocumentNode, node: ObjectNode, keys: KeyPath, value: unknown): string {
  const [key = "", ...rest] = keys;
  const last = node.members.at(-1);
  if (last === undefined) return addFirst(text, node, key, nested(rest, value));
  const comma = commaAfter(document, last);
  const name = last.name.type === "Identifier" && /^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key);
  const ownLine = isBlank(text, lineStart(text, startOf(last)), startOf(last));
  const indent = indentAt(text, startOf(last));
  const member = `${name}: ${render(nested(rest, value), ownLine ? indent : "", ownLine ? unitOf(text) : "", lineEndOf(text))}`;
  const separated = comma === undefined ? splice(text, endOf(last), endOf(last), ",") : text;
  const shift = comma === undefined ? 1 : 0;
  const at = afterComments(document, comma === undefined ? last : comma, text) + shift;
  const before = ownLine ? `${lineEndOf(text)}${indent}` : " ";
  return splice(separated, at, at, `${before}${member}${comma === undefined ? "" : ","}`);
}

/** Into braces that hold nothing, or only a comment. */
function addFirst(text: string, node: ObjectNode, key: string, value: unknown): string {
  const outer = indentAt(text, startOf(node));
  const [unit, newline] = [unitOf(text), lineEndOf(text)];
  const member = `${newline}${outer}${unit}${JSON.stringify(key)}: ${render(value, outer + unit, unit, newline)}`;
  const [open, close] = [startOf(node) + 1, endOf(node) - 1];
  if (isBlank(text, open, close)) return splice(text, open, close, `${member}${newline}${outer}`);
  return splice(text, open, open, member);
}

function removeMember(text: string, document: DocumentNode, node: ObjectNode, key: string): string | undefined {
  const index = node.members.findIndex((member) => memberKey(member) === key);
  const member = node.members[index];
  if (member === undefined) return undefined;
  const comma = commaAfter(document, member);
  const previous = node.members[index - 1];
  const end = comma === undefined ? endOf(member) : endOf(comma);
  const [from, to] = withOwnLines(text, document, startOf(member), end);
  const cut = splice(text, from, to, "");
  const orphan = comma === undefined && previous !== undefined ? commaAfter(document, previous) : undefined;
  return orphan === undefined ? cut : splice(cut, startOf(orphan), endOf(orphan), "");
}

/** Whole lines when nothing else is on them but a comment about the member; else the member and the space before it. */
function withOwnLines(text: string, document: DocumentNode, start: number, end: number): readonly [number, number] {
  const from = lineStart(text, start);
  const to = nextLine(text, afterComments(document, { end }, text));
  const others = (document.tokens ?? []).filter(
    (token) => startOf(token) >= from && endOf(token) <= to && !isComment(token),
  );
  const alone = others.every((token) => startOf(token) >= start && endOf(token) <= end);
  if (alone && isBlank(text, from, start) && text.slice(end, to).includes("\n")) return [from, to];
  const space = /\s*$/.exec(text.slice(0, start))?.[0].length ?? 0;
  return text[start - space - 1] === "," || text[start - space - 1] === "{" ? [start - space, end] : [start, end];
}

/** Where the comments that end on this line end. */
function afterComments(document: DocumentNode, after: Located | { readonly end: number }, text: string): number {
  let at = "end" in after ? after.end : endOf(after);
  for (const token of document.tokens ?? []) {
    if (startOf(token) < at) continue;
    if (!isComment(token) || text.slice(at, startOf(token)).includes("\n")) return at;
    at = endOf(token);
  }
  return at;
}

function commaAfter(document: DocumentNode, member: MemberNode): Located | undefined {
  const next = (document.tokens ?? []).find((token) => startOf(token) >= endOf(member) && !isComment(token));
  return next?.type === "Comma" ? next : undefined;
}

function isComment(token: { readonly type: string }): boolean {
  return token.type === "LineComment" || token.type === "BlockComment";
}

/** Small values on one line, members of larger ones on a line each. */
function render(value: unknown, indent: string, unit: string, newline: string): string {
  const inline = renderInline(value);
  if (unit === "" || inline !== undefined) return inline ?? JSON.stringify(value);
  const inner = indent + unit;
  const members = Array.isArray(value)
    ? value.map((item: unknown) => render(item, inner, unit, newline))
    : Object.entries(value as PlainObject).map(
        ([key, item]) => `${JSON.stringify(key)}: ${render(item, inner, unit, newline)}`,
      );
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  return `${open}${newline}${members.map((member) => inner + member).join(`,${newline}`)}${newline}${indent}${close}`;
}

function renderInline(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const isFlat = Object.values(value).every((item) => typeof item !== "object" || item === null || isEmpty(item));
  const line = JSON.stringify(value, null, 1).replaceAll(/\n\s*/g, " ");
  const isReference = isPlainObject(value) && Object.keys(value).every((key) => ["env", "file", "exec"].includes(key));
  if (Array.isArray(value) && isFlat && line.length <= 80) return line.replace(/^\[ /, "[").replace(/ \]$/, "]");
  return isReference || isEmpty(value) ? line : undefined;
}

function isEmpty(value: object): boolean {
  return Object.keys(value).length === 0;
}

function indentAt(text: string, offset: number): string {
  return /^[ \t]*/.exec(text.slice(lineStart(text, offset)))?.[0] ?? "";
}

/** One level of indentation, as the text has it. */
function unitOf(text: string): string {
  return /^[ \t]+(?=["'\w$}])/m.exec(text)?.[0] ?? "  ";
}
