import type { JsonSchema } from "@loong/sdk";
import { isSchema, requiredOf } from "../schema/walk.ts";
import type { PlainObject } from "../source/document.ts";
import { type WrongValue, wrongValues } from "./types.ts";

/** What a schema says about its keys together, and values break. */
export type BrokenCondition =
  | { readonly kind: "missing"; readonly key: string }
  | { readonly kind: "wrong"; readonly wrong: WrongValue }
  /** None of the alternatives fits, or more than one does. Each is the keys that it asks for. */
  | { readonly kind: "alternatives"; readonly fits: "none" | "several"; readonly keys: readonly (readonly string[])[] };

/**
 * Which of the conditions at the top of `schema` (`if`, `allOf`, `anyOf`, `oneOf`, `dependentRequired`) do not hold. Types,
 * unknown keys and `required` at the top itself are not looked at.
 */
export function brokenConditions(schema: JsonSchema, values: PlainObject): readonly BrokenCondition[] {
  return [
    ...dependents(schema, values),
    ...choice(schema, values),
    ...partsOf(schema["allOf"]).flatMap((part) => [...wrongIn(part, values), ...brokenConditions(part, values)]),
    ...alternatives(schema["anyOf"], values, false),
    ...alternatives(schema["oneOf"], values, true),
  ];
}

function dependents(schema: JsonSchema, values: PlainObject): readonly BrokenCondition[] {
  const { dependentRequired } = schema;
  if (!isSchema(dependentRequired)) return [];
  return Object.entries(dependentRequired).flatMap(([key, required]) =>
    values[key] === undefined ? [] : missing({ required }, values),
  );
}

function choice(schema: JsonSchema, values: PlainObject): readonly BrokenCondition[] {
  if (!isSchema(schema["if"])) return [];
  const branch = fits(schema["if"], values) ? schema["then"] : schema["else"];
  return isSchema(branch) ? whole(branch, values) : [];
}

function alternatives(branches: unknown, values: PlainObject, onlyOne: boolean): readonly BrokenCondition[] {
  const parts = partsOf(branches);
  if (parts.length === 0) return [];
  const fitting = parts.filter((part) => fits(part, values));
  if (fitting.length === 1 || (fitting.length > 1 && !onlyOne)) return [];
  const keys = (fitting.length === 0 ? parts : fitting).map(requiredOf);
  return [{ kind: "alternatives", fits: fitting.length === 0 ? "none" : "several", keys }];
}

/** A branch counts with all that it says. */
function whole(branch: JsonSchema, values: PlainObject): readonly BrokenCondition[] {
  return [...missing(branch, values), ...wrongIn(branch, values), ...brokenConditions(branch, values)];
}

function missing(schema: JsonSchema, values: PlainObject): readonly BrokenCondition[] {
  return requiredOf(schema)
    .filter((key) => values[key] === undefined)
    .map((key) => ({ kind: "missing", key }));
}

function wrongIn({ properties }: JsonSchema, values: PlainObject): readonly BrokenCondition[] {
  if (!isSchema(properties)) return [];
  return wrongValues({ type: "object", properties })(values).map((wrong) => ({ kind: "wrong", wrong }));
}

/** Which other keys there may be is not for a branch to say. */
function fits({ additionalProperties: _closed, ...branch }: JsonSchema, values: PlainObject): boolean {
  return wrongValues(branch)(values).length === 0;
}

function partsOf(branches: unknown): readonly JsonSchema[] {
  return Array.isArray(branches) ? branches.filter(isSchema) : [];
}
