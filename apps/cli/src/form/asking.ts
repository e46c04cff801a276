import type { Env, ValueJudge } from "@loong/config";
import type { Field } from "./fields.ts";
import type { Prompts } from "./prompts.ts";
import type { Standing } from "./standing.ts";

/** What it takes to ask for one field. */
export interface Asking {
  readonly prompts: Prompts;
  readonly judge: ValueJudge;
  readonly env: Env;
  readonly standing: Standing;
  /** Environment variables the value is taken from while nothing is written. */
  readonly envNames: readonly string[];
  /** Environment variables that may well hold it, if it is written as the name of one. */
  readonly likelyNames: readonly string[];
}

export function messageOf({ label, help }: Field): string {
  return help === undefined ? label : `${label}: ${help}`;
}

/** The environment variable that the value comes from while nothing is written. */
export function nameInUse({ env, envNames }: Pick<Asking, "env" | "envNames">): string | undefined {
  return envNames.find((name) => isSet(env, name));
}

export function isSet(env: Env, name: string): boolean {
  return (env[name] ?? "").trim() !== "";
}

/** Why an empty answer will not do; `undefined` when it will. */
export function emptyFault({ required }: Field, asking: Asking): string | undefined {
  const isThere = asking.standing.kind === "reference" || asking.standing.kind === "hidden";
  return required && !isThere && nameInUse(asking) === undefined ? "This is needed." : undefined;
}
