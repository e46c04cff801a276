import type { LoongError } from "@loong/sdk";
import { type AccountDraft, firstEnv, isProvided } from "../accounts/drafts.ts";
import { configErrors } from "../errors.ts";
import { formatPath } from "../key-path.ts";
import type { ConfigTree } from "../normalise.ts";
import { problemOf } from "../problem.ts";
import { expected, found } from "../schema/describe.ts";
import { envNames, ownEntry, propertiesOf } from "../schema/walk.ts";
import { referenceOf } from "../secrets/reference.ts";
import type { PlainObject } from "../source/document.ts";
import type { ConfigProblem, Env, KeyPath } from "../types.ts";
import type { BrokenCondition, brokenConditions } from "./conditions.ts";

/** Values of an account that do not go together, by the conditions of its channel's schema. */
export function togetherProblems(
  draft: AccountDraft,
  env: Env,
  usesEnv: boolean,
  tree: ConfigTree,
  broken: typeof brokenConditions,
): readonly ConfigProblem[] {
  const { values, unseen } = knownValues(draft, env, usesEnv);
  const { account } = draft.manifest;
  const names = (key: string) => (usesEnv ? envNames(ownEntry(propertiesOf(account), key) ?? {}) : []);
  return broken(account, values)
    .filter((one) => one.kind !== "wrong" || !unseen.has(one.wrong.path[0] ?? ""))
    .map((one) => {
      const inside = insideOf(one);
      const place = tree.place([...draft.origin(inside[0] ?? ""), ...inside]);
      return problemOf(errorOfCondition(one, place.path ?? formatPath(inside), names), place);
    });
}

/** Where it is broken: at a key, or in the account as a whole. */
export function insideOf(broken: BrokenCondition): KeyPath {
  if (broken.kind === "alternatives") return [];
  return broken.kind === "missing" ? [broken.key] : broken.wrong.path;
}

export function errorOfCondition(
  broken: BrokenCondition,
  path: string,
  envOf: (key: string) => readonly string[],
): LoongError {
  switch (broken.kind) {
    case "missing":
      return configErrors.CONFIG_MISSING([path, envOf(broken.key).join(" or ")]);
    case "wrong":
      return configErrors.CONFIG_TYPE([
        path,
        found(broken.wrong.value, broken.wrong.schema),
        expected(broken.wrong.schema),
      ]);
    case "alternatives": {
      const alternatives = broken.keys.map((keys) => (keys.length === 0 ? "the rest" : keys.join(" and ")));
      const words = [...new Set(alternatives)].join(broken.fits === "none" ? ", or " : ", ");
      return configErrors.CONFIG_ALTERNATIVES([path, broken.fits, words]);
    }
  }
}

const UNSEEN = "set elsewhere";

/** What the account would be opened with, as far as it stands in the file and the environment. */
function knownValues(
  { manifest, schema, values }: AccountDraft,
  env: Env,
  usesEnv: boolean,
): { readonly values: PlainObject; readonly unseen: ReadonlySet<string> } {
  const known: Record<string, unknown> = {};
  const unseen = new Set<string>();
  for (const [key, property] of Object.entries(propertiesOf(manifest.account))) {
    const written = ownEntry(values, key);
    const reference = referenceOf(written, property);
    const name = envName(reference) ?? (usesEnv && written === undefined ? firstEnv(property, env) : undefined);
    const value = reference === undefined ? written : undefined;
    const said = value ?? (name === undefined ? undefined : env[name]);
    if (said === undefined && isProvided(key, values, schema)) unseen.add(key);
    const effective = said ?? (unseen.has(key) ? UNSEEN : property["default"]);
    if (effective !== undefined) known[key] = effective;
  }
  return { values: known, unseen };
}

function envName(reference: ReturnType<typeof referenceOf>): string | undefined {
  return typeof reference === "object" && reference.kind === "env" ? reference.name : undefined;
}
