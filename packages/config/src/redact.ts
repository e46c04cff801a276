import type { JsonSchema } from "@loong/sdk";
import { isSecret, itemsOf, memberOf } from "./schema/walk.ts";
import { referenceOf } from "./secrets/reference.ts";
import { isPlainObject } from "./source/document.ts";

const HIDDEN = "***";
const SECRET_NAME = /secret|token|passw|credential|api_?key|encrypt_?key|private_?key/i;

/** A copy with every secret as `***`. References stay: they say where a secret is, not what it is. */
export function redact(value: unknown, schema: JsonSchema): unknown {
  return mapSecrets(value, schema, "", () => HIDDEN);
}

/** Every secret that stands in `value` itself. */
export function inlineSecrets(value: unknown, schema: JsonSchema): readonly string[] {
  const secrets: string[] = [];
  mapSecrets(value, schema, "", (secret) => (secrets.push(secret), HIDDEN));
  return secrets.filter((secret) => secret !== "");
}

/** `text` without any of `secrets`. */
export function hideSecrets(text: string, secrets: readonly string[]): string {
  const spellings = secrets.flatMap((secret) => [
    secret,
    JSON.stringify(secret).slice(1, -1),
    secret.replaceAll("'", "''"),
  ]);
  return spellings
    .toSorted((a, b) => b.length - a.length)
    .reduce((hidden, secret) => hidden.replaceAll(secret, HIDDEN), text);
}

function mapSecrets(value: unknown, schema: JsonSchema, key: string, hide: (secret: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => mapSecrets(item, itemsOf(schema) ?? {}, key, hide));
  if (isPlainObject(value)) {
    const reference = referenceOf(value, schema);
    // What is no reference in the place of a secret may hold the secret itself.
    if (reference === "malformed") return mapTexts(value, hide);
    if (reference !== undefined) return value;
    const entries = Object.entries(value).map(([name, child]) => [
      name,
      mapSecrets(child, memberOf(schema, name)?.schema ?? {}, name, hide),
    ]);
    return Object.fromEntries(entries) as unknown;
  }
  if (typeof value !== "string" && typeof value !== "number" && typeof value !== "bigint") return value;
  if (isHidden(String(value), schema, key)) return hide(String(value));
  return typeof value === "string" ? withoutPassword(value, hide) : value;
}

function mapTexts(value: unknown, hide: (secret: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, hide));
  if (typeof value === "string" || typeof value === "number" || typeof value === "bigint") return hide(String(value));
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, mapTexts(child, hide)]));
}

const PASSWORD_IN_URL = /(:\/\/[^/?#\s@:]*:)([^/?#\s@]+)(?=@)/g;

/** A text with the password of every address in it hidden: no key asks for one there, but people write it. */
function withoutPassword(text: string, hide: (password: string) => string): string {
  return text.replaceAll(PASSWORD_IN_URL, (_, before: string, password: string) => before + hide(password));
}

/** What no schema speaks about (a plugin that is not installed) is judged by its name. */
export function isHidden(value: string, schema: JsonSchema, key: string): boolean {
  if (isSecret(schema)) return referenceOf(value, schema) === undefined;
  return (
    Object.keys(schema).length === 0 && SECRET_NAME.test(key) && !key.endsWith("File") && !/^(?:\$|env:)/.test(value)
  );
}
