import type { PluginFailure } from "../plugins/index.ts";
import type { Trace } from "./rule.ts";
import type { Sight } from "./sight.ts";

/** What the host found wrong with packages, under one of its codes. */
export function failuresOf({ plugins }: Pick<Sight, "plugins">, code: string): readonly Trace[] {
  return plugins.failures
    .filter((failure) => isFailure(failure, code))
    .map(({ packageName, directory, message }) => ({ key: packageName, file: directory, found: message }));
}

/** A copy of a package that another copy takes the place of is no failure. */
export function isFailure(failure: PluginFailure, code: string): boolean {
  return failure.severity === "error" && failure.code === code;
}
