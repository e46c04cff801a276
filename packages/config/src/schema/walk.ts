import type { JsonSchema } from "@loong/sdk";

/** What a key of a table stands for: a setting with a name, or an entry under an id of the operator's choice. */
export interface Member {
  /** The canonical key. */
  readonly key: string;
  readonly schema: JsonSchema;
  readonly isId: boolean;
}

/** The schema's own word for a written key: `app_id` is `appId`, an alias is its key; ids stay as they are. */
export function memberOf(schema: JsonSchema, written: string): Member | undefined {
  const properties = propertiesOf(schema);
  const own = ownEntry(properties, written);
  if (own !== undefined) return { key: written, schema: own, isId: false };
  const folded = camelCase(written);
  for (const [key, property] of Object.entries(properties)) {
    if (camelCase(key) === folded || aliasesOf(property).some((alias) => camelCase(alias) === folded))
      return { key, schema: property, isId: false };
  }
  const record = recordOf(schema);
  return record === undefined ? undefined : { key: written, schema: record, isId: true };
}

/** `ping_interval_s` → `pingIntervalS`. */
export function camelCase(key: string): string {
  return key.replace(/(?<=[A-Za-z0-9])_+([A-Za-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** `pingIntervalS` → `ping_interval_s`. */
export function snakeCase(key: string): string {
  return key.replace(/(?<=[a-z0-9])[A-Z]|(?<!^)[A-Z](?=[a-z])/g, (letter) => `_${letter}`).toLowerCase();
}

/** Named properties, those of `allOf`, `anyOf` and `oneOf` branches included. */
export function propertiesOf(schema: JsonSchema): Readonly<Record<string, JsonSchema>> {
  const own = isSchema(schema["properties"]) ? (schema["properties"] as Record<string, JsonSchema>) : {};
  const branches = branchesOf(schema);
  if (branches.length === 0) return own;
  return Object.assign({}, ...branches.map(propertiesOf), own) as Record<string, JsonSchema>;
}

/** The schema of entries under free ids, when the table is a record. */
export function recordOf(schema: JsonSchema): JsonSchema | undefined {
  if (isSchema(schema["additionalProperties"])) return schema["additionalProperties"];
  const patterns = schema["patternProperties"];
  if (isSchema(patterns)) return Object.values(patterns).find(isSchema);
  return branchesOf(schema)
    .map(recordOf)
    .find((found) => found !== undefined);
}

/** Members of a list are written out: none is a reference. */
export function itemsOf(schema: JsonSchema): JsonSchema | undefined {
  if (isSchema(schema["items"])) return { ...schema["items"], literal: true };
  return branchesOf(schema)
    .map(itemsOf)
    .find((found) => found !== undefined);
}

/** Says nothing about its keys, so none can be unknown. */
export function isOpen(schema: JsonSchema): boolean {
  if (schema["additionalProperties"] === true) return true;
  return Object.keys(propertiesOf(schema)).length === 0 && recordOf(schema) === undefined;
}

/** Is a table, by its type or by having keys. */
export function isTable(schema: JsonSchema): boolean {
  return typesOf(schema).includes("object");
}

/** Takes text, and no table. */
export function isText(schema: JsonSchema): boolean {
  const types = typesOf(schema);
  return types.includes("string") && !types.includes("object");
}

export function isSecret(schema: JsonSchema): boolean {
  return schema["secret"] === true;
}

/** Text of a plugin's, which `{env}`, `{file}` and `{exec}` may stand for. */
export function takesReference(schema: JsonSchema): boolean {
  return isText(schema) && schema["literal"] !== true;
}

/** Text that may also come from `$NAME`. */
export function isReferable(schema: JsonSchema): boolean {
  return takesReference(schema) && (isSecret(schema) || schema["file"] === true || envNames(schema).length > 0);
}

/** Has a `<name>File` beside it. */
export function hasFileVariant(schema: JsonSchema): boolean {
  return isText(schema) && (isSecret(schema) || schema["file"] === true);
}

/** The other key that sets the same thing: `appIdFile` for `appId`, and back. */
export function twinKey(key: string, schema: JsonSchema): string | undefined {
  const properties = propertiesOf(schema);
  const fileOf = ownEntry(properties, key)?.["fileOf"];
  if (typeof fileOf === "string") return fileOf;
  return ownEntry(properties, `${key}File`)?.["fileOf"] === key ? `${key}File` : undefined;
}

export function envNames(schema: JsonSchema): readonly string[] {
  return textList(schema["env"]);
}

export function aliasesOf(schema: JsonSchema): readonly string[] {
  return textList(schema["aliases"]);
}

export function requiredOf(schema: JsonSchema): readonly string[] {
  const all = schema["allOf"];
  const parts = Array.isArray(all) ? all.filter(isSchema) : [];
  return [...textList(schema["required"]), ...parts.flatMap(requiredOf)];
}

/** JSON Schema type names that a value may have; empty when the schema does not say. */
export function typesOf(schema: JsonSchema): readonly string[] {
  const types = typeof schema["type"] === "string" ? [schema["type"]] : textList(schema["type"]);
  const values = [
    ...(Array.isArray(schema["enum"]) ? schema["enum"] : []),
    ...("const" in schema ? [schema["const"]] : []),
  ];
  const shaped = types.length === 0 && (isSchema(schema["properties"]) || recordIsOwn(schema)) ? ["object"] : [];
  return [
    ...new Set([...types, ...values.map((value) => typeof value), ...shaped, ...branchesOf(schema).flatMap(typesOf)]),
  ];
}

export function isSchema(value: unknown): value is JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** `object[key]`, but never what every object inherits. */
export function ownEntry<T>(object: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

function recordIsOwn(schema: JsonSchema): boolean {
  return isSchema(schema["additionalProperties"]) || isSchema(schema["patternProperties"]);
}

function branchesOf(schema: JsonSchema): readonly JsonSchema[] {
  return ["allOf", "anyOf", "oneOf"].flatMap((keyword) => {
    const branches = schema[keyword];
    return Array.isArray(branches) ? branches.filter(isSchema) : [];
  });
}

function textList(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}
