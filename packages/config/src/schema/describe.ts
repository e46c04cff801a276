import type { JsonSchema } from "@loong/sdk";
import { isPlainObject } from "../source/document.ts";
import { isSchema, isSecret, itemsOf, typesOf } from "./walk.ts";

/** What a schema expects, in words: `a whole number from 1 to 65535`, `one of "websocket", "webhook"`. */
export function expected(schema: JsonSchema): string {
  const values = valuesOf(schema);
  if (values.length === 1) return JSON.stringify(values[0]);
  if (values.length > 1) return `one of ${listed(values)}`;
  const types = typesOf(schema);
  return types.length === 0 ? "another value" : types.map((type) => describeType(type, schema)).join(" or ");
}

/** What was found, without a word of a secret: `the number 70000`, `text`. */
export function found(value: unknown, schema: JsonSchema): string {
  if (value === null || value === undefined) return "empty";
  if (Array.isArray(value)) return "a list";
  if (isPlainObject(value)) return "a table";
  if (typeof value === "number" || typeof value === "bigint")
    return isSecret(schema) ? "a number" : `the number ${value}`;
  if (typeof value === "boolean") return `${value}`;
  if (typeof value !== "string") return "this";
  const mayHoldSecret = isSecret(schema) || value.includes("://");
  return mayHoldSecret || value.length > 40 ? "this text" : `the text ${JSON.stringify(value)}`;
}

const MOST_LISTED = 12;

function listed(values: readonly unknown[]): string {
  const shown = values
    .slice(0, MOST_LISTED)
    .map((value) => JSON.stringify(value))
    .join(", ");
  return values.length > MOST_LISTED ? `${shown} and ${values.length - MOST_LISTED} more` : shown;
}

/** The values there are to choose from; none when any of a type will do. */
export function valuesOf(schema: JsonSchema): readonly unknown[] {
  if (Array.isArray(schema["enum"])) return schema["enum"];
  if ("const" in schema) return [schema["const"]];
  const branches = schema["anyOf"] ?? schema["oneOf"];
  if (!Array.isArray(branches)) return [];
  const values = branches.map((branch) => (isSchema(branch) ? valuesOf(branch) : []));
  return values.some((list) => list.length === 0) ? [] : values.flat();
}

function describeType(type: string, schema: JsonSchema): string {
  if (type === "integer" || type === "number")
    return `${type === "integer" ? "a whole number" : "a number"}${range(schema)}`;
  if (type === "boolean") return "true or false";
  if (type === "array") return `a list${listOf(itemsOf(schema))}`;
  if (type === "object") return "a table of keys";
  if (type === "string") return `text${textShape(schema)}`;
  return type;
}

function range(schema: JsonSchema): string {
  const { minimum, maximum } = schema;
  if (typeof minimum !== "number") return typeof maximum === "number" ? ` of ${maximum} or less` : "";
  return typeof maximum === "number" ? ` from ${minimum} to ${maximum}` : ` of ${minimum} or more`;
}

function listOf(items: JsonSchema | undefined): string {
  if (items === undefined) return "";
  return typesOf(items).includes("string") ? " of text" : ` of ${expected(items)}`;
}

function textShape(schema: JsonSchema): string {
  if (typeof schema["pattern"] === "string") return ` like ${exampleOf(schema) ?? schema["pattern"]}`;
  const { minLength: least = 0, maxLength: most } = schema;
  if (typeof most === "number")
    return ` of ${Number(least) > 0 ? `${Number(least)} to ` : "at most "}${most} characters`;
  if (least === 0) return " in quotes";
  return least === 1 ? " that is not empty" : ` of at least ${Number(least)} characters`;
}

function exampleOf(schema: JsonSchema): string | undefined {
  const example: unknown = Array.isArray(schema["examples"]) ? schema["examples"][0] : undefined;
  return typeof example === "string" ? JSON.stringify(example) : undefined;
}
