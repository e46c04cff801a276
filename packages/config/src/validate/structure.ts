import type { JsonSchema } from "@loong/sdk";
import { type AccountDraft, firstEnv, isProvided } from "../accounts/drafts.ts";
import { configErrors } from "../errors.ts";
import { formatPath } from "../key-path.ts";
import type { ConfigTree } from "../normalise.ts";
import { placeOf, problemOf } from "../problem.ts";
import { nearest } from "../schema/nearest.ts";
import {
  aliasesOf,
  envNames,
  isOpen,
  isSecret,
  itemsOf,
  memberOf,
  ownEntry,
  propertiesOf,
  recordOf,
  requiredOf,
  snakeCase,
  twinKey,
} from "../schema/walk.ts";
import { referenceOf } from "../secrets/reference.ts";
import { weakness } from "../secrets/weak.ts";
import { isPlainObject, type PlainObject } from "../source/document.ts";
import type { ConfigProblem, Env, KeyPath } from "../types.ts";

/** From the path inside a value to its place in the canonical file. */
export type Locate = (inside: KeyPath) => KeyPath;

/** Unknown keys, and secrets that cannot be right, at any depth of `value`. Loads nothing. */
export function structureProblems(
  value: unknown,
  schema: JsonSchema,
  locate: Locate,
  tree: ConfigTree,
): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const visit = (node: unknown, nodeSchema: JsonSchema, inside: KeyPath): void => {
    const secret = secretProblem(node, nodeSchema, inside, locate, tree);
    if (secret !== undefined) problems.push(secret);
    if (Array.isArray(node)) {
      const items = itemsOf(nodeSchema) ?? {};
      for (const [index, item] of node.entries()) visit(item, items, [...inside, String(index)]);
    } else if (isPlainObject(node) && referenceOf(node, nodeSchema) === undefined && !isOpen(nodeSchema)) {
      for (const [key, child] of Object.entries(node)) {
        const member = memberOf(nodeSchema, key);
        if (member === undefined) problems.push(unknownKey([...inside, key], nodeSchema, locate, tree));
        else visit(child, member.schema, [...inside, key]);
      }
      problems.push(
        ...twins(node, nodeSchema, inside, locate, tree),
        ...missingInside(node, nodeSchema, inside, locate, tree),
      );
    }
  };
  visit(value, schema, []);
  return problems;
}

/** Required keys of an account that neither the file nor the environment has. */
export function missingProblems(
  draft: AccountDraft,
  env: Env,
  usesEnv: boolean,
  tree: ConfigTree,
): readonly ConfigProblem[] {
  const properties = propertiesOf(draft.schema);
  return requiredOf(draft.schema).flatMap((key) => {
    const property = ownEntry(properties, key) ?? {};
    if (isProvided(key, draft.values, draft.schema) || property["default"] !== undefined) return [];
    if (usesEnv && firstEnv(property, env) !== undefined) return [];
    const place = tree.place([...draft.origin(key), spellLike(key, tree.writtenPath(draft.origin(key)), tree)]);
    const names = usesEnv ? envNames(property).join(" or ") : "";
    return [problemOf(configErrors.CONFIG_MISSING([place.path ?? key, names]), place)];
  });
}

/** Required keys of tables below the top, whose own are an account's or an agent's business. */
function missingInside(
  table: PlainObject,
  schema: JsonSchema,
  inside: KeyPath,
  locate: Locate,
  tree: ConfigTree,
): readonly ConfigProblem[] {
  if (inside.length === 0) return [];
  const properties = propertiesOf(schema);
  return requiredOf(schema).flatMap((key) => {
    const property = ownEntry(properties, key) ?? {};
    if (isProvided(key, table, schema) || property["default"] !== undefined || envNames(property).length > 0) return [];
    const place = tree.place([...locate(inside), spellLike(key, tree.writtenPath(locate(inside)), tree)]);
    return [problemOf(configErrors.CONFIG_MISSING([place.path ?? key, ""]), place)];
  });
}

/** Tables of an operator who writes snake_case get snake_case keys. */
function spellLike(key: string, table: KeyPath, tree: ConfigTree): string {
  return tree.usesSnakeCase(table) ? snakeCase(key) : key;
}

export function unknownKey(inside: KeyPath, schema: JsonSchema, locate: Locate, tree: ConfigTree): ConfigProblem {
  const place = tree.place(locate(inside));
  const key = inside.at(-1) ?? "";
  const known = Object.entries(propertiesOf(schema)).flatMap(([name, property]) => [name, ...aliasesOf(property)]);
  const close = nearest(key, known);
  const meant = close === undefined ? undefined : spellLike(close, tree.writtenPath(locate(inside.slice(0, -1))), tree);
  const error = configErrors.CONFIG_UNKNOWN_KEY([place.path ?? formatPath(inside), meant]);
  return problemOf(error, { ...place, ...(meant === undefined ? {} : { nearest: meant }) });
}

function secretProblem(
  value: unknown,
  schema: JsonSchema,
  inside: KeyPath,
  locate: Locate,
  tree: ConfigTree,
): ConfigProblem | undefined {
  const reference = referenceOf(value, schema);
  const isInline = typeof value === "string" && reference === undefined && isSecret(schema);
  const weak = isInline ? weakness(value) : undefined;
  if (reference !== "malformed" && weak === undefined) return undefined;
  const place = tree.place(locate(inside));
  const path = place.path ?? formatPath(inside);
  return problemOf(
    weak === undefined ? configErrors.CONFIG_SECRET_FORM([path]) : configErrors.CONFIG_SECRET_WEAK([path, weak]),
    place,
  );
}

/** `appSecret` and `appSecretFile` side by side are one setting written twice. */
function twins(
  table: PlainObject,
  schema: JsonSchema,
  inside: KeyPath,
  locate: Locate,
  tree: ConfigTree,
): readonly ConfigProblem[] {
  if (recordOf(schema) !== undefined) return [];
  return Object.keys(table).flatMap((key) => {
    const twin = twinKey(key, schema);
    if (twin === undefined || !key.endsWith("File") || table[twin] === undefined) return [];
    const [first, second] = [tree.place(locate([...inside, twin])), tree.place(locate([...inside, key]))];
    const error = configErrors.CONFIG_WRITTEN_TWICE([first.path ?? twin, placeOf(first), placeOf(second)]);
    return [problemOf(error, second)];
  });
}
