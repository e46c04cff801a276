import {
  envNames,
  hasFileVariant,
  isSecret,
  itemsOf,
  propertiesOf,
  requiredOf,
  typesOf,
  type ValueJudge,
  valuesOf,
} from "@loong/config";
import type { JsonSchema } from "@loong/sdk";

type FieldKind = "text" | "secret" | "select" | "confirm" | "number" | "list";

/** One key of a table, as a form asks for it. */
export interface Field {
  readonly key: string;
  /** `"App ID"` */
  readonly label: string;
  readonly help?: string;
  readonly kind: FieldKind;
  readonly required: boolean;
  /** Asked without being chosen: it says who the account is, or gives access to it. */
  readonly essential: boolean;
  /** What holds when nothing is written. */
  readonly fallback?: unknown;
  /** Of a `select`, in the order of the schema. */
  readonly choices: readonly string[];
  /** What each choice means, where that is known. */
  readonly meanings?: Readonly<Record<string, string>>;
  /** Asked only when another field of the table has this value. */
  readonly onlyWith?: { readonly key: string; readonly value: string };
  readonly examples: readonly string[];
  /** Environment variables that are read when nothing is written, in this order. */
  readonly env: readonly string[];
  /** There is a `<key>File` beside it. */
  readonly hasFile: boolean;
  readonly schema: JsonSchema;
}

/**
 * The keys of a table that a form can ask for, in the order of the schema. Tables inside it, and lists of anything but
 * text, are left to `config set`.
 */
export function fieldsOf(schema: JsonSchema): readonly Field[] {
  const properties = Object.entries(propertiesOf(schema));
  const required = new Set(requiredOf(schema));
  const lastOfHead = endOfHead(properties.map(([, property]) => property));
  return properties.flatMap(([key, property], index) => {
    const isNeeded = required.has(key) || index <= lastOfHead;
    return fieldOf(key, property, { required: required.has(key), isNeeded });
  });
}

/**
 * What a schema begins with, down to its first secret, is what gives access, whether or not it is `required`: the plugin may
 * say by itself what is missing. A secret after keys that all have a default is one that an account may do without.
 */
function endOfHead(properties: readonly JsonSchema[]): number {
  const secret = properties.findIndex(isSecret);
  const before = properties.slice(0, Math.max(secret, 0));
  return before.length > 0 && before.every((property) => property["default"] !== undefined) ? -1 : secret;
}

function fieldOf(
  key: string,
  schema: JsonSchema,
  { required, isNeeded }: { readonly required: boolean; readonly isNeeded: boolean },
): readonly Field[] {
  const kind = kindOf(schema);
  if (kind === undefined) return [];
  const { title, description, default: fallback, examples } = schema;
  return [
    {
      key,
      label: typeof title === "string" ? title : wordsOf(key),
      ...(typeof description === "string" ? { help: description } : {}),
      kind,
      required: required && fallback === undefined,
      essential: isNeeded && fallback === undefined,
      ...(fallback === undefined ? {} : { fallback }),
      choices: kind === "select" ? valuesOf(schema).map(String) : [],
      examples: Array.isArray(examples) ? examples.map(String) : [],
      env: envNames(schema),
      hasFile: hasFileVariant(schema),
      schema,
    },
  ];
}

function kindOf(schema: JsonSchema): FieldKind | undefined {
  const values = valuesOf(schema);
  if (isSecret(schema)) return "secret";
  if (values.length > 0) return values.every((value) => typeof value === "string") ? "select" : undefined;
  const types = new Set(typesOf(schema));
  if (types.has("object")) return undefined;
  if (types.has("array")) return isTextList(itemsOf(schema) ?? {}) ? "list" : undefined;
  if (types.has("string")) return "text";
  if (types.has("number") || types.has("integer")) return "number";
  return types.has("boolean") ? "confirm" : undefined;
}

function isTextList(items: JsonSchema): boolean {
  return typesOf(items).includes("string") && !isSecret(items);
}

/** `webhookPath` → `Webhook path`. */
function wordsOf(key: string): string {
  const words = key.replaceAll(/(?<=[a-z0-9])[A-Z]/gu, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What was typed for a field, as the value that would be written. */
export function parseTyped({ kind }: Field, typed: string): unknown {
  const text = typed.trim();
  if (kind === "number") return text === "" ? undefined : Number(text);
  if (kind === "list")
    return text
      .split(/[,，]/u)
      .map((item) => item.trim())
      .filter((item) => item !== "");
  return text;
}

/**
 * What is wrong with what was typed, in a sentence that does not repeat it; `undefined` when it may be written. Nothing is
 * never wrong: whether a field may be left empty depends on what stands there.
 */
export function faultOf(field: Field, typed: string, judge: ValueJudge): string | undefined {
  if (typed.trim() === "") return undefined;
  const expected = judge(field.schema, parseTyped(field, typed));
  return expected === undefined ? undefined : `This must be ${expected}.`;
}
