import type { JsonSchema } from "@loong/sdk";
import { Compile } from "typebox/schema";
import type { TLocalizedValidationError } from "typebox/error";
import { Settings } from "typebox/system";
import { configErrors } from "../errors.ts";
import { formatPath } from "../key-path.ts";
import type { ConfigTree } from "../normalise.ts";
import { problemOf } from "../problem.ts";
import { expected, found, valuesOf } from "../schema/describe.ts";
import { nearest } from "../schema/nearest.ts";
import { isSchema, isSecret, isTable, itemsOf, memberOf, propertiesOf } from "../schema/walk.ts";
import { referenceOf } from "../secrets/reference.ts";
import { isPlainObject, type PlainObject } from "../source/document.ts";
import type { ConfigProblem, KeyPath } from "../types.ts";
import type { Locate } from "./structure.ts";

/** Checks values against one schema; made once for all accounts of a channel. */
export interface TypeCheck {
  /** What is wrong, one problem for each place. References count as right until they are resolved. */
  problems(value: PlainObject, locate: Locate, tree: ConfigTree): readonly ConfigProblem[];
}

/** A wrong value, by its path inside what was checked; `undefined` is a value that is missing. */
export interface WrongValue {
  readonly path: KeyPath;
  readonly value: unknown;
  readonly schema: JsonSchema;
}

export function typeCheck(schema: JsonSchema): TypeCheck {
  const wrong = wrongValues(withoutStructure(schema));
  return {
    problems: (value, locate, tree) =>
      wrong(withoutReferences(value, schema) as PlainObject).map(({ path, value: bad, schema: wanted }) => {
        const place = tree.place(locate(path));
        const words = expected(wanted);
        const error = configErrors.CONFIG_TYPE([place.path ?? formatPath(path), found(bad, wanted), words]);
        const meant =
          typeof bad === "string" && !isSecret(wanted) ? nearest(bad, valuesOf(wanted).map(String)) : undefined;
        return problemOf(error, { ...place, expected: words, ...(meant === undefined ? {} : { nearest: meant }) });
      }),
  };
}

/** Compiles `schema` as it stands. The function lists the places where a value breaks it. */
export function wrongValues(schema: JsonSchema): (value: unknown) => readonly WrongValue[] {
  Settings.Set({ maxErrors: 100 }); // the library stops at 8
  const validator = Compile(schema);
  return (value) => {
    if (validator.Check(value)) return [];
    const [, errors] = validator.Errors(value);
    const pointers = errors.flatMap(pointersOf);
    const deepest = new Set(pointers.filter((pointer) => !pointers.some((other) => other.startsWith(`${pointer}/`))));
    return [...deepest]
      .map(pathOf)
      .map((path) => ({ path, value: valueAt(value, path), schema: schemaAt(schema, path) }));
  };
}

/** Where one error of the library is. Keys that are missing are places too; unknown keys come twice, once is enough. */
function pointersOf(error: TLocalizedValidationError): readonly string[] {
  if (error.keyword === "boolean") return [];
  if (error.keyword !== "required") return [error.instancePath];
  return error.params.requiredProperties.map(
    (key) => `${error.instancePath}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`,
  );
}

function pathOf(pointer: string): KeyPath {
  return pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function valueAt(value: unknown, path: KeyPath): unknown {
  let at = value;
  for (const key of path)
    at = Array.isArray(at) ? at[Number(key)] : isPlainObject(at) && Object.hasOwn(at, key) ? at[key] : undefined;
  return at;
}

function schemaAt(schema: JsonSchema, path: KeyPath): JsonSchema {
  let at = schema;
  for (const key of path) at = memberOf(at, key)?.schema ?? itemsOf(at) ?? {};
  return at;
}

/** What `structure.ts` answers for: unknown keys and missing ones. Unions keep theirs, to tell their branches apart. */
function withoutStructure(schema: JsonSchema): JsonSchema {
  const { required: _required, additionalProperties, properties, ...rest } = schema;
  const table = isSchema(properties) ? (properties as Record<string, JsonSchema>) : undefined;
  return {
    ...rest,
    ...(isSchema(additionalProperties) ? { additionalProperties: withoutStructure(additionalProperties) } : {}),
    ...(table === undefined
      ? {}
      : {
          properties: Object.fromEntries(
            Object.entries(table).map(([key, property]) => [key, withoutStructure(property)]),
          ),
        }),
  };
}

function withoutReferences(value: unknown, schema: JsonSchema): unknown {
  if (!isPlainObject(value) || (!isTable(schema) && Object.keys(propertiesOf(schema)).length === 0)) return value;
  const kept = Object.entries(value).flatMap(([key, child]) => {
    const member = memberOf(schema, key)?.schema ?? {};
    return referenceOf(child, member) === undefined ? [[key, withoutReferences(child, member)] as const] : [];
  });
  return Object.fromEntries(kept);
}
