import { type Config, getValue, type KeyPath } from "@loong/config";
import type { Field } from "./fields.ts";

/** What there is for a field before it is asked. Never a secret. */
export type Standing = (
  | { readonly kind: "nothing" }
  | { readonly kind: "value"; readonly value: unknown }
  /** A secret that is written out. */
  | { readonly kind: "hidden" }
  /** `where`: in words, `"the environment variable APP_SECRET"`. */
  | { readonly kind: "reference"; readonly where: string }
) & {
  /** Stands in the table that this one takes from what it does not say: it cannot be removed here. */
  readonly inherited?: boolean;
};

/** What stands in a table of the file, or else in the table it takes from what it does not say. */
export function standingIn(config: Config, field: Field, tables: readonly KeyPath[]): Standing {
  for (const [index, table] of tables.entries()) {
    const inherited = index > 0;
    const { value, from } = getValue(config, [...table, field.key]);
    if (from === "file") return { ...standingOf(field, value), inherited };
    if (!field.hasFile) continue;
    const file = getValue(config, [...table, `${field.key}File`]);
    if (file.from === "file") return { kind: "reference", where: `the file ${String(file.value)}`, inherited };
  }
  return { kind: "nothing" };
}

/** What a value is to the person who is asked for another: written in the file, or answered a moment ago. */
export function standingOf(field: Field, value: unknown): Standing {
  if (value === null || value === undefined) return { kind: "nothing" };
  const where = referenceWords(value);
  if (where !== undefined) return { kind: "reference", where };
  return field.kind === "secret" ? { kind: "hidden" } : { kind: "value", value };
}

function referenceWords(value: unknown): string | undefined {
  if (typeof value === "string") {
    const name = /^(?:\$|env:)\{?(\w+)\}?$/u.exec(value)?.[1];
    return name === undefined ? undefined : `the environment variable ${name}`;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const { env, file } = value as { readonly env?: unknown; readonly file?: unknown };
  if (typeof env === "string") return `the environment variable ${env}`;
  return typeof file === "string" ? `the file ${file}` : "a command";
}
