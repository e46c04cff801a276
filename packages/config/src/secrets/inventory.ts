import { dirname } from "node:path";
import type { JsonSchema } from "@loong/sdk";
import { usesEnv } from "../accounts/accounts.ts";
import { firstEnv, isProvided } from "../accounts/drafts.ts";
import { formatPath } from "../key-path.ts";
import { absolutePath } from "../paths.ts";
import { isHidden } from "../redact.ts";
import { withFileVariants } from "../schema/file-schema.ts";
import { isSecret, isText, itemsOf, memberOf, propertiesOf } from "../schema/walk.ts";
import { isPlainObject, type PlainObject } from "../source/document.ts";
import type { Config, KeyPath } from "../types.ts";
import { readSecretFile } from "./file.ts";
import { type Reference, referenceOf } from "./reference.ts";

/** One text of the configuration: where it stands and where it comes from. Holds no text until it is asked. */
export interface ConfigText {
  /** As written in the file; where it would stand, for one that a plugin takes from the environment by itself. */
  readonly path: string;
  /** In canonical keys. */
  readonly canonical: KeyPath;
  readonly isSecret: boolean;
  /** Absent: the text stands in the config file itself. Files are absolute. */
  readonly from?: Reference;
  /** What the schema says about it. */
  readonly schema: JsonSchema;
  /** The text as it is now; `undefined` for one that cannot be read. No command is run: its text is never known here. */
  readonly read: () => Promise<string | undefined>;
}

/** Every text in the file, and those that accounts take from the environment without a word in the file. */
export function configTexts(config: Config): readonly ConfigText[] {
  const { tree, schema, env, accounts } = config.source.parts;
  const directory = dirname(config.file.path);
  const pathOf = (canonical: KeyPath) => formatPath(tree.writtenPath(canonical));
  const textOf = (canonical: KeyPath, schema: JsonSchema, written: string | Reference): ConfigText => {
    const from = typeof written === "string" ? undefined : placed(written);
    return {
      path: pathOf(canonical),
      canonical,
      isSecret: typeof written === "string" ? isHidden(written, schema, canonical.at(-1) ?? "") : isSecret(schema),
      schema,
      ...(from === undefined ? {} : { from }),
      read: async () => (typeof written === "string" ? written : readReference(from)),
    };
  };

  function placed(reference: Reference): Reference {
    return reference.kind === "file" ? { kind: "file", path: absolutePath(reference.path, directory, env) } : reference;
  }

  async function readReference(from: Reference | undefined): Promise<string | undefined> {
    if (from?.kind === "env") return env[from.name];
    return from?.kind === "file" ? readSecretFile(from.path, "").catch(() => undefined) : undefined;
  }

  function* inside(value: unknown, schema: JsonSchema, canonical: KeyPath): Generator<ConfigText> {
    const reference = referenceOf(value, schema);
    if (reference === "malformed") return;
    if (reference !== undefined) yield textOf(canonical, schema, reference);
    else if (typeof value === "string") yield textOf(canonical, schema, value);
    else if (Array.isArray(value))
      for (const [index, item] of value.entries())
        yield* inside(item, itemsOf(schema) ?? {}, [...canonical, String(index)]);
    else if (isPlainObject(value)) yield* ofTable(value, schema, canonical);
  }

  function* ofTable(table: PlainObject, schema: JsonSchema, canonical: KeyPath): Generator<ConfigText> {
    for (const [key, value] of Object.entries(table)) {
      const own = memberOf(schema, key)?.schema ?? {};
      const fileOf = typeof own["fileOf"] === "string" ? propertiesOf(schema)[own["fileOf"]] : undefined;
      if (fileOf !== undefined && typeof value === "string")
        yield textOf([...canonical, key], fileOf, { kind: "file", path: value });
      else yield* inside(value, own, [...canonical, key]);
    }
  }

  const fallbacks = accounts.flatMap(({ draft, config: account }) => {
    if (!usesEnv(draft, account.isDefault)) return [];
    const own = withFileVariants(draft.manifest.account);
    return Object.entries(propertiesOf(own)).flatMap(([key, property]) => {
      const name = isText(property) && !isProvided(key, draft.values, own) ? firstEnv(property, env) : undefined;
      return name === undefined ? [] : [textOf([...draft.origin(key), key], property, { kind: "env", name })];
    });
  });
  return [...ofTable(tree.value, schema.root, []), ...fallbacks];
}
