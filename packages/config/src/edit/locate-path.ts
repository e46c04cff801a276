import type { JsonSchema } from "@loong/sdk";
import { configErrors } from "../errors.ts";
import { formatPath } from "../key-path.ts";
import { type ConfigTree, topLevelSpot } from "../normalise.ts";
import type { FileSchema } from "../schema/file-schema.ts";
import { nearest } from "../schema/nearest.ts";
import {
  aliasesOf,
  camelCase,
  isOpen,
  isText,
  itemsOf,
  type Member,
  memberOf,
  ownEntry,
  propertiesOf,
  snakeCase,
  takesReference,
} from "../schema/walk.ts";
import { isPlainObject } from "../source/document.ts";
import type { KeyPath } from "../types.ts";

/** A path that an operator named, understood. */
export interface LocatedPath {
  readonly canonical: KeyPath;
  /** Where it stands in the file, or would. */
  readonly written: KeyPath;
  /** Empty where no schema speaks about it: its plugin is not installed. */
  readonly schema: JsonSchema;
}

interface Step {
  readonly key: string;
  /** How a file without an example of its own would spell it. */
  readonly spelled: string;
  readonly isId: boolean;
}

/**
 * What `typed` means: aliases, snake_case and channels at the top are understood as in the file. A key that no schema knows
 * is understood when the file has it, so that it can be looked at and removed.
 * @throws CONFIG_UNKNOWN_KEY with the nearest known key.
 */
export function locatePath(typed: KeyPath, schema: FileSchema, tree: ConfigTree): LocatedPath {
  const [first = "", ...rest] = typed;
  const spot = topSpot(first, schema, tree);
  if (spot === undefined) throw unknown(typed, 0, schema.root);
  const steps: Step[] = spot.path.map((key, index) => ({ key, spelled: index === 1 ? first : key, isId: index === 1 }));
  let at = spot.schema;
  for (const [index, key] of rest.entries()) {
    const path = steps.map((step) => step.key);
    const step = stepInto(at, key) ?? strayKey([...path, key], tree);
    if (step === undefined) throw unknown(typed, index + 1, at);
    const isChannel = path.length === 1 && path[0] === "channels";
    steps.push({
      key: step.key,
      spelled: isChannel || isAlias(step.schema, key) ? key : step.key,
      isId: step.isId || isChannel,
    });
    at = step.schema;
  }
  return { canonical: steps.map(({ key }) => key), written: spell(steps, tree), schema: at };
}

function topSpot(key: string, schema: FileSchema, tree: ConfigTree): ReturnType<typeof topLevelSpot> | undefined {
  const spot = topLevelSpot(key, undefined, schema);
  const isKnown = spot.path.length > 1 || ownEntry(propertiesOf(schema.root), spot.path[0] ?? "") !== undefined;
  if (isKnown || valueIn(tree.value, spot.path) !== undefined) return spot;
  const asChannel = ["channels", key];
  return valueIn(tree.value, asChannel) === undefined ? undefined : { path: asChannel, schema: {} };
}

function strayKey(canonical: KeyPath, tree: ConfigTree): Member | undefined {
  const key = canonical.at(-1) ?? "";
  return valueIn(tree.value, canonical) === undefined ? undefined : { key, schema: {}, isId: true };
}

function stepInto(
  schema: JsonSchema,
  key: string,
): { readonly key: string; readonly schema: JsonSchema; readonly isId: boolean } | undefined {
  if (takesReference(schema) && ["env", "file", "exec"].includes(key)) return { key, schema: {}, isId: false };
  const items = itemsOf(schema);
  if (items !== undefined && /^\d+$/.test(key)) return { key, schema: items, isId: true };
  return (
    memberOf(schema, key) ??
    (isOpen(schema) && !isText(schema) && items === undefined ? { key, schema: {}, isId: true } : undefined)
  );
}

/** The written part as it is; new keys like those beside them. */
function spell(steps: readonly Step[], tree: ConfigTree): KeyPath {
  const canonical = steps.map(({ key }) => key);
  for (let length = canonical.length; length > 0; length--) {
    const prefix = canonical.slice(0, length);
    if (!tree.isWritten(prefix)) continue;
    const written = tree.writtenPath(prefix);
    return [...written, ...spellNew(steps.slice(length), tree.usesSnakeCase(written))];
  }
  return spellNew(steps, tree.usesSnakeCase([]));
}

function spellNew(steps: readonly Step[], snake: boolean): KeyPath {
  return steps.map(({ spelled, isId }) => (snake && !isId ? snakeCase(spelled) : spelled));
}

function isAlias(schema: JsonSchema, key: string): boolean {
  return aliasesOf(schema).some((alias) => camelCase(alias) === camelCase(key));
}

function unknown(typed: KeyPath, index: number, schema: JsonSchema): Error {
  const key = typed[index] ?? "";
  const known = Object.entries(propertiesOf(schema)).flatMap(([name, property]) => [name, ...aliasesOf(property)]);
  const close = nearest(key, known);
  const meant = close === undefined ? undefined : formatPath([...typed.slice(0, index), close]);
  return configErrors.CONFIG_UNKNOWN_KEY([formatPath(typed.slice(0, index + 1)), meant]);
}

/** The value at a canonical path; lists by index. */
export function valueIn(root: unknown, path: KeyPath): unknown {
  let at = root;
  for (const key of path)
    at = Array.isArray(at) ? at[Number(key)] : isPlainObject(at) && Object.hasOwn(at, key) ? at[key] : undefined;
  return at;
}
