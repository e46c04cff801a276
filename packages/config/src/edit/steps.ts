import type { JsonSchema } from "@loong/sdk";
import { configErrors } from "../errors.ts";
import { formatPath } from "../key-path.ts";
import { isTable, takesReference, twinKey, typesOf } from "../schema/walk.ts";
import { isPlainObject, type PlainObject } from "../source/document.ts";
import type { Config, KeyPath } from "../types.ts";
import { changed, type Edit } from "./apply.ts";
import { requireKeysOnce } from "./keys-once.ts";
import { locatePath, valueIn } from "./locate-path.ts";
import { typedValue } from "./typed-value.ts";

/** As typed (`text`, read by what the schema wants there) or as data (`json`; a reference is one too). */
export type NewValue = { readonly text: string } | { readonly json: unknown };

/** What an operator wants: a value at a path as they name it, or none. */
export interface Change {
  readonly path: KeyPath;
  readonly value: NewValue | undefined;
}

/** The steps in the text that make one change: the key itself, and its `<name>File` twin that would contradict it. */
export async function editsFor({ path, value }: Change, config: Config, forgiving: boolean): Promise<readonly Edit[]> {
  const { tree, schema } = config.source.parts;
  const spot = locatePath(path, schema, tree);
  const existing = valueIn(tree.value, spot.canonical);
  if (value === undefined) {
    if (existing === undefined && forgiving) return [];
    if (existing === undefined) throw configErrors.CONFIG_NOT_SET([formatPath(spot.written)]);
    return [liftOutOfLists(spot.canonical, spot.written, undefined, tree.value)];
  }
  const wanted = "text" in value ? typedValue(value.text, spot.schema) : plainData(value.json);
  if ("text" in value && typeof wanted === "object") await requireKeysOnce(value.text, spot.written);
  if (isReferenceLike(wanted) && isLeaf(spot.schema) && !takesReference(spot.schema))
    throw configErrors.CONFIG_NOT_A_SECRET([formatPath(spot.written)]);
  if (forgiving && isEmptyTable(wanted) && isPlainObject(existing)) return []; // merged with nothing
  const set = liftOutOfLists(spot.canonical, spot.written, wanted, tree.value);
  const twin = twinPath(spot.canonical, config);
  return twin === undefined || existing !== undefined ? [set] : [{ path: twin, value: undefined }, set];
}

/** Has the form of a reference, wherever it is to stand. */
export function isReferenceLike(value: unknown): boolean {
  if (!isPlainObject(value)) return false;
  const [key = "", ...others] = Object.keys(value);
  return others.length === 0 && ["env", "file", "exec"].includes(key) && !isPlainObject(value[key]);
}

function isLeaf(schema: JsonSchema): boolean {
  return typesOf(schema).length > 0 && !isTable(schema);
}

function isEmptyTable(value: unknown): boolean {
  return isPlainObject(value) && Object.keys(value).length === 0;
}

/** Only what JSON can say; `undefined` and functions are no settings. */
function plainData(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value) ?? "null") as unknown;
}

function twinPath(canonical: KeyPath, config: Config): KeyPath | undefined {
  const { tree, schema } = config.source.parts;
  const parent = canonical.slice(0, -1);
  if (parent.length === 0) return undefined;
  const twin = twinKey(canonical.at(-1) ?? "", locatePath(parent, schema, tree).schema);
  const path = twin === undefined ? undefined : [...parent, twin];
  return path !== undefined && tree.isWritten(path) ? tree.writtenPath(path) : undefined;
}

/** A change inside a list replaces the list. */
function liftOutOfLists(canonical: KeyPath, written: KeyPath, value: unknown, root: PlainObject): Edit {
  const shift = written.length - canonical.length;
  for (let length = 1; length < canonical.length; length++) {
    const list = valueIn(root, canonical.slice(0, length));
    if (!Array.isArray(list)) continue;
    return {
      path: written.slice(0, length + shift),
      value: changedList(list, canonical.slice(length), value, formatPath(written)),
    };
  }
  return { path: written, value };
}

function changedList(
  list: readonly unknown[],
  [index = "", ...rest]: KeyPath,
  value: unknown,
  path: string,
): readonly unknown[] {
  const at = Number(index);
  if (!Number.isInteger(at) || at > list.length)
    throw configErrors.CONFIG_PATH([path, `the list has ${list.length} members`]);
  const member: unknown = list[at];
  const next = rest.length === 0 ? value : changed(isPlainObject(member) ? member : {}, rest, value);
  return next === undefined ? list.toSpliced(at, 1) : list.toSpliced(at, 1, next);
}
