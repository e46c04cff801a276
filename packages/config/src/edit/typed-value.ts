import type { JsonSchema } from "@loong/sdk";
import { isText, typesOf } from "../schema/walk.ts";
import { referenceOf } from "../secrets/reference.ts";
import { isPlainObject } from "../source/document.ts";

/**
 * The value that an operator typed on a command line. Text stays text where text is wanted, so an id of digits keeps its
 * zeros; elsewhere JSON is read as JSON. A reference (`{"env":"NAME"}`) is one wherever text is wanted.
 */
export function typedValue(text: string, schema: JsonSchema): unknown {
  const parsed = parseJson(text);
  if (isText(schema)) return isReference(parsed, schema) ? parsed : text;
  if (parsed === undefined || parsed === null || typeof parsed === "string") return text;
  const types = typesOf(schema);
  return types.length === 0 || types.some((type) => fits(parsed, type)) ? parsed : text;
}

function fits(value: unknown, type: string): boolean {
  if (type === "array") return Array.isArray(value);
  if (type === "object") return isPlainObject(value);
  if (type === "integer" || type === "number") return typeof value === "number";
  return type === "boolean" && typeof value === "boolean";
}

function isReference(value: unknown, schema: JsonSchema): boolean {
  const reference = isPlainObject(value) ? referenceOf(value, schema) : undefined;
  return reference !== undefined && reference !== "malformed";
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
