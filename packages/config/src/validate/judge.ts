import type { ChannelManifest } from "@loong/sdk";
import type { JudgeValues } from "../accounts/accounts.ts";
import { configErrors } from "../errors.ts";
import type { ConfigTree } from "../normalise.ts";
import { problemOf } from "../problem.ts";
import type { FileSchema } from "../schema/file-schema.ts";
import { nearest } from "../schema/nearest.ts";
import { ownEntry, propertiesOf } from "../schema/walk.ts";
import { isPlainObject, type PlainObject } from "../source/document.ts";
import type { ConfigProblem, Env } from "../types.ts";
import type { brokenConditions } from "./conditions.ts";
import { missingProblems, structureProblems, unknownKey } from "./structure.ts";
import { togetherProblems } from "./together.ts";
import type { TypeCheck, typeCheck } from "./types.ts";

/** What judges values by a schema; absent when they are not to be judged. */
export type Compiler =
  | { readonly typeCheck: typeof typeCheck; readonly brokenConditions: typeof brokenConditions }
  | undefined;

/** Judges one account by the schema of its channel, which is compiled at most once. */
export function accountJudge(tree: ConfigTree, env: Env, compile: Compiler): JudgeValues {
  const checks = new Map<ChannelManifest, TypeCheck>();
  return (draft, usesEnv) => {
    const locate = (inside: readonly string[]) =>
      inside[0] === undefined ? draft.origin("") : [...draft.origin(inside[0]), ...inside];
    const structure = structureProblems(draft.values, draft.schema, locate, tree);
    const missing = missingProblems(draft, env, usesEnv, tree);
    if (compile === undefined) return [...structure, ...missing];
    const check = checks.get(draft.manifest) ?? compile.typeCheck(draft.schema);
    checks.set(draft.manifest, check);
    const types = check.problems(draft.values, locate, tree);
    // Values of the wrong type would only be told again in other words.
    const together = types.length > 0 ? [] : togetherProblems(draft, env, usesEnv, tree, compile.brokenConditions);
    return [...structure, ...missing, ...types, ...together];
  };
}

/** Everything that is no account: the gateway's sections, the agents' settings, and keys that belong to nobody. */
export function sectionProblems(tree: ConfigTree, schema: FileSchema, compile: Compiler): readonly ConfigProblem[] {
  const properties = propertiesOf(schema.root);
  return Object.entries(tree.value).flatMap(([key, value]) => {
    if (key === "channels") return channelProblems(value, schema, tree);
    const property = ownEntry(properties, key);
    if (property === undefined)
      return [{ ...unknownKey([key], schema.root, (inside) => inside, tree), severity: "warning" as const }];
    const table: PlainObject = { [key]: value };
    const wrapper = { type: "object", properties: { [key]: property } };
    const locate = (inside: readonly string[]) => inside;
    const types = compile === undefined ? [] : compile.typeCheck(wrapper).problems(table, locate, tree);
    return [...structureProblems(table, wrapper, locate, tree), ...types];
  });
}

function channelProblems(channels: unknown, schema: FileSchema, tree: ConfigTree): readonly ConfigProblem[] {
  if (!isPlainObject(channels)) return [wrongShape(tree.place(["channels"]), "a table of channels")];
  const known = [...schema.channels.values()].flatMap(({ id, aliases }) => [id, ...aliases]);
  return Object.keys(channels).flatMap((id) =>
    schema.channels.has(id) ? blockProblems(id, channels[id], tree) : [unknownChannel(id, known, tree)],
  );
}

/** Keys of the block that no account inherits. */
function blockProblems(id: string, block: unknown, tree: ConfigTree): readonly ConfigProblem[] {
  const place = tree.place(["channels", id]);
  if (!isPlainObject(block)) return [wrongShape(place, "a table of keys", id)];
  const { accounts, defaultAccount } = block;
  const [accountsAt, defaultAt] = [
    tree.place(["channels", id, "accounts"]),
    tree.place(["channels", id, "defaultAccount"]),
  ];
  return [
    ...(accounts === undefined || isPlainObject(accounts) ? [] : [wrongShape(accountsAt, "a table of accounts", id)]),
    ...(isPlainObject(accounts) ? wrongAccounts(id, accounts, tree) : []),
    ...(defaultAccount === undefined || typeof defaultAccount === "string"
      ? []
      : [wrongShape(defaultAt, "the id of an account in quotes", id)]),
  ];
}

function wrongAccounts(channel: string, accounts: PlainObject, tree: ConfigTree): readonly ConfigProblem[] {
  return Object.entries(accounts).flatMap(([id, own]) => {
    if (isPlainObject(own)) return [];
    return [
      { ...wrongShape(tree.place(["channels", channel, "accounts", id]), "a table of keys", channel), account: id },
    ];
  });
}

function wrongShape(place: ReturnType<ConfigTree["place"]>, expected: string, channel?: string): ConfigProblem {
  const error = configErrors.CONFIG_TYPE([place.path ?? "", "this", expected]);
  return problemOf(error, { ...place, expected, ...(channel === undefined ? {} : { channel }) });
}

function unknownChannel(id: string, known: readonly string[], tree: ConfigTree): ConfigProblem {
  const close = nearest(id, known);
  return problemOf(configErrors.CONFIG_UNKNOWN_CHANNEL([id]), {
    ...tree.place(["channels", id]),
    severity: "warning",
    channel: id,
    ...(close === undefined ? {} : { nearest: close }),
  });
}
