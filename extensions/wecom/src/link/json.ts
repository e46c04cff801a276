import type { JsonValue } from "@loong/sdk";

export type JsonObject = { readonly [key: string]: unknown };

/** What goes out: `undefined` is left out when it is written. */
export type Body = { readonly [key: string]: JsonValue | Body | readonly Body[] | undefined };

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The object under `key`, or an empty one: chains of lookups into foreign data need no checks. */
export function objectAt(value: unknown, key: string): JsonObject {
  const found = isObject(value) ? value[key] : undefined;
  return isObject(found) ? found : {};
}

/** The list under `key`, or an empty one. */
export function listAt(value: unknown, key: string): readonly unknown[] {
  const found = isObject(value) ? value[key] : undefined;
  return Array.isArray(found) ? found : [];
}

/** Strings of digits are numbers too; whatever is neither is none. An object might not even let itself be converted. */
export function numberOf(value: unknown): number {
  return typeof value === "number" || (typeof value === "string" && value !== "") ? Number(value) : Number.NaN;
}

/** The text under `key`, or `""`. */
export function textAt(value: unknown, key: string): string {
  const found = isObject(value) ? value[key] : undefined;
  return typeof found === "string" ? found : "";
}
