import { dirname } from "node:path";
import type { AgentManifest, JsonSchema } from "@loong/sdk";
import { usesEnv } from "./accounts/accounts.ts";
import { findAccount } from "./accounts/find.ts";
import { configErrors } from "./errors.ts";
import { formatPath } from "./key-path.ts";
import { expected, found } from "./schema/describe.ts";
import { withFileVariants } from "./schema/file-schema.ts";
import { ownEntry, propertiesOf } from "./schema/walk.ts";
import { type ResolveContext, type ResolvedValues, resolveValues } from "./secrets/resolve-values.ts";
import { errorOfCondition, insideOf } from "./validate/together.ts";
import type { PlainObject } from "./source/document.ts";
import type { Config, KeyPath } from "./types.ts";

/** What a plugin is opened with. */
export interface Resolved {
  /** Keys of the plugin's schema, with defaults. */
  readonly values: Record<string, unknown>;
  /** For the log to redact. */
  readonly secrets: readonly string[];
}

export interface ResolvedSettings extends Resolved {
  /** Secrets of entries that are not in use (`providers.other.apiKey` beside another active one), left out of `values`. */
  readonly unresolved: readonly {
    readonly path: string;
    readonly code: string;
    readonly message: string;
    readonly hint: string;
  }[];
}

/**
 * The values of one account, with its secrets as they are now.
 *
 * @param channel - Its id or an alias.
 * @throws LoongError CONFIG_* naming the key and, where one is missing, the environment name.
 */
export async function resolveAccount(config: Config, channel: string, id: string): Promise<Resolved> {
  const account = findAccount(config, channel, id);
  const { accounts } = config.source.parts;
  const draft = accounts.find((candidate) => candidate.config === account)?.draft;
  if (draft === undefined) throw configErrors.CONFIG_NO_ACCOUNT([channel, id, "none"]);
  const context = contextOf(config, usesEnv(draft, account.isDefault), (inside) => [
    ...draft.origin(inside[0] ?? ""),
    ...inside,
  ]);
  const resolved = await resolveValues(draft.values, withFileVariants(draft.manifest.account), context);
  await checkTypes(resolved, draft.manifest.account, context);
  return { values: resolved.values, secrets: resolved.secrets };
}

/**
 * The top-level keys of one agent, with its secrets as they are now. Where a setting names an entry of a record
 * (`activeProvider`), only that entry must resolve.
 * @throws LoongError CONFIG_* naming the key and, where one is missing, the environment name.
 */
export async function resolveSettings(config: Config, manifest: AgentManifest): Promise<ResolvedSettings> {
  const { tree } = config.source.parts;
  const schema = withFileVariants(manifest.settings);
  const own = Object.keys(propertiesOf(schema)).filter((key) => ownEntry(tree.value, key) !== undefined);
  const values: PlainObject = Object.fromEntries(own.map((key) => [key, tree.value[key]]));
  const named = new Set(Object.values(values).filter((value) => typeof value === "string"));
  const context = {
    ...contextOf(config, true, (inside) => inside),
    isIdle: (record: PlainObject, key: string) => isIdle(record, key, named),
  };
  const resolved = await resolveValues(values, schema, context);
  await checkTypes(resolved, manifest.settings, context);
  const unresolved = resolved.unresolved.map(({ inside, error }) => ({
    path: context.pathOf(inside),
    code: error.code,
    message: error.message,
    hint: error.hint ?? "",
  }));
  return { values: resolved.values, secrets: resolved.secrets, unresolved };
}

function contextOf(config: Config, fromEnv: boolean, locate: (inside: KeyPath) => KeyPath): ResolveContext {
  const { env, tree } = config.source.parts;
  return {
    env,
    directory: dirname(config.file.path),
    usesEnv: fromEnv,
    pathOf: (inside) => tree.place(locate(inside)).path ?? formatPath(inside),
    isIdle: () => false,
  };
}

/** A record's only entry is in use; of several, those that a setting names. */
function isIdle(record: PlainObject, key: string, named: ReadonlySet<unknown>): boolean {
  return Object.keys(record).length > 1 && !named.has(key);
}

async function checkTypes(
  { values, unresolved }: ResolvedValues,
  schema: JsonSchema,
  context: ResolveContext,
): Promise<void> {
  const [{ wrongValues }, { brokenConditions }] = await Promise.all([
    import("./validate/types.ts"),
    import("./validate/conditions.ts"),
  ]);
  const wrong = wrongValues(schema)(values).find(
    ({ path }) => !unresolved.some(({ inside }) => isAround(path, inside)),
  );
  if (wrong === undefined) return;
  const [broken] = brokenConditions(schema, values);
  if (broken !== undefined) throw errorOfCondition(broken, context.pathOf(insideOf(broken)), () => []);
  const path = context.pathOf(wrong.path);
  if (wrong.value === undefined) throw configErrors.CONFIG_MISSING([path, ""]);
  throw configErrors.CONFIG_TYPE([path, found(wrong.value, wrong.schema), expected(wrong.schema)]);
}

/** A table that lacks what could not be resolved is not wrong for that. */
function isAround(path: KeyPath, unresolved: KeyPath): boolean {
  return path.every((key, index) => unresolved[index] === key);
}
