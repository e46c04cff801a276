import { parseForeignJson } from "@loong/guards";

export type JsonObject = { readonly [key: string]: unknown };

/** JSON inside a string, as message contents are. */
export function parseJsonText(text: unknown): JsonObject | undefined {
  return typeof text === "string" ? parseForeignJson(Buffer.from(text)) : undefined;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The object under `key`, or an empty one: chains of lookups into foreign data need no checks. */
export function objectAt(value: unknown, key: string): JsonObject {
  const found = isObject(value) ? value[key] : undefined;
  return isObject(found) ? found : {};
}

/** The text under `key`, or `""`. */
export function textAt(value: unknown, key: string): string {
  const found = isObject(value) ? value[key] : undefined;
  return typeof found === "string" ? found : "";
}
