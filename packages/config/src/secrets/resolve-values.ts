import type { JsonSchema, LoongError } from "@loong/sdk";
import { isLoongError } from "@loong/sdk";
import { firstEnv } from "../accounts/drafts.ts";
import { configErrors } from "../errors.ts";
import {
  envNames,
  isOpen,
  isSecret,
  isText,
  itemsOf,
  memberOf,
  ownEntry,
  propertiesOf,
  recordOf,
  requiredOf,
  twinKey,
} from "../schema/walk.ts";
import { isPlainObject, type PlainObject } from "../source/document.ts";
import type { KeyPath } from "../types.ts";
import { referenceOf } from "./reference.ts";
import { resolveReference, type Surroundings } from "./resolve-reference.ts";
import { weakness } from "./weak.ts";

export interface ResolveContext extends Surroundings {
  /** May keys that nobody wrote be taken from the environment names of the schema? */
  readonly usesEnv: boolean;
  /** A path inside the values, as the operator knows it. */
  pathOf(inside: KeyPath): string;
  /** Entries of top-level records that nobody uses now: what fails there is noted, not thrown. */
  isIdle(record: PlainObject, key: string): boolean;
}

interface Unresolved {
  readonly inside: KeyPath;
  readonly error: LoongError;
}

export interface ResolvedValues {
  readonly values: PlainObject;
  /** Every text that must not be shown. */
  readonly secrets: readonly string[];
  readonly unresolved: readonly Unresolved[];
}

/**
 * The values of `schema` with references resolved, environment fallbacks and defaults filled in; keys the schema does not
 * know are left out.
 * @throws LoongError CONFIG_* naming the key.
 */
export async function resolveValues(
  values: PlainObject,
  schema: JsonSchema,
  context: ResolveContext,
): Promise<ResolvedValues> {
  const resolver = new Resolver(context);
  const resolved = await resolver.table(values, schema, []);
  return { values: resolved, secrets: [...resolver.secrets], unresolved: resolver.unresolved };
}

class Resolver {
  readonly secrets = new Set<string>();
  readonly unresolved: Unresolved[] = [];
  readonly #context: ResolveContext;
  #idle = false;

  constructor(context: ResolveContext) {
    this.#context = context;
  }

  async table(table: PlainObject, schema: JsonSchema, inside: KeyPath): Promise<PlainObject> {
    const resolved: PlainObject = {};
    for (const [key, property] of Object.entries(propertiesOf(schema))) {
      if (property["fileOf"] !== undefined) continue;
      const value = await this.#tolerant([...inside, key], () => this.#property(key, property, table, schema, inside));
      if (value !== undefined) resolved[key] = value;
    }
    await this.#entries(table, schema, inside, resolved);
    return resolved;
  }

  /** Keys under ids of the operator's choice. */
  async #entries(table: PlainObject, schema: JsonSchema, inside: KeyPath, resolved: PlainObject): Promise<void> {
    const record = recordOf(schema) ?? (isOpen(schema) ? {} : undefined);
    if (record === undefined) return;
    const outer = this.#idle;
    for (const [key, value] of Object.entries(table)) {
      if (memberOf(schema, key)?.isId === false) continue;
      this.#idle = outer || (inside.length === 1 && this.#context.isIdle(table, key));
      const entry = await this.#tolerant([...inside, key], () => this.#value(value, record, [...inside, key]));
      if (entry !== undefined) resolved[key] = entry;
    }
    this.#idle = outer;
  }

  async #property(
    key: string,
    property: JsonSchema,
    table: PlainObject,
    schema: JsonSchema,
    inside: KeyPath,
  ): Promise<unknown> {
    const path = [...inside, key];
    const written = ownEntry(table, key);
    if (written !== undefined) return this.#value(written, property, path);
    const twin = twinKey(key, schema);
    const file = twin === undefined ? undefined : ownEntry(table, twin);
    if (typeof file === "string")
      return this.#reference({ kind: "file", path: file }, property, [...inside, twin ?? key]);
    const name = this.#context.usesEnv && isText(property) ? firstEnv(property, this.#context.env) : undefined;
    if (name !== undefined) return this.#reference({ kind: "env", name }, property, path);
    if (property["default"] !== undefined) return structuredClone(property["default"]);
    if (inside.length === 0 && requiredOf(schema).includes(key)) throw this.#missing(path, property);
    return undefined;
  }

  async #value(value: unknown, schema: JsonSchema, inside: KeyPath): Promise<unknown> {
    const reference = referenceOf(value, schema);
    if (reference === "malformed") throw configErrors.CONFIG_SECRET_FORM([this.#context.pathOf(inside)]);
    if (reference !== undefined) return this.#reference(reference, schema, inside);
    if (typeof value === "string") return this.#keep(value, schema, inside);
    if (Array.isArray(value))
      return Promise.all(
        value.map((item, index) => this.#value(item, itemsOf(schema) ?? {}, [...inside, String(index)])),
      );
    return isPlainObject(value) ? this.table(value, schema, inside) : value;
  }

  async #reference(
    reference: Exclude<ReturnType<typeof referenceOf>, "malformed" | undefined>,
    schema: JsonSchema,
    inside: KeyPath,
  ): Promise<string> {
    const text = await resolveReference(reference, this.#context.pathOf(inside), this.#context);
    return this.#keep(text, schema, inside);
  }

  #keep(text: string, schema: JsonSchema, inside: KeyPath): string {
    if (!isSecret(schema)) return text;
    const weak = weakness(text);
    if (weak !== undefined) throw configErrors.CONFIG_SECRET_WEAK([this.#context.pathOf(inside), weak]);
    this.secrets.add(text);
    return text;
  }

  #missing(inside: KeyPath, property: JsonSchema): LoongError {
    const names = this.#context.usesEnv ? envNames(property).join(" or ") : "";
    return configErrors.CONFIG_MISSING([this.#context.pathOf(inside), names]);
  }

  async #tolerant(inside: KeyPath, resolve: () => Promise<unknown>): Promise<unknown> {
    try {
      return await resolve();
    } catch (error) {
      if (!this.#idle || !isLoongError(error)) throw error;
      this.unresolved.push({ inside, error });
      return undefined;
    }
  }
}
