import { LoongError } from "@loong/sdk";
import { configErrors } from "../errors.ts";
import { asError } from "../problem.ts";
import { isPlainObject } from "../source/document.ts";
import type { Config, ConfigProblem } from "../types.ts";

/** @throws what keeps the file from being read, with its place: there is nothing to edit yet. */
export function refuseTorn(config: Config): void {
  const torn = config.problems.find(({ code }) => code === "CONFIG_PARSE" || code === "CONFIG_READ");
  if (torn !== undefined) throw asError(torn);
}

/** What belongs to a setup that is not finished yet: refusing it would make every first step impossible. */
const UNFINISHED = new Set(["CONFIG_MISSING", "CONFIG_DEFAULT_ACCOUNT"]);

/**
 * Errors that were there before do not stop a change that has nothing to do with them.
 * @throws the first error that is new.
 */
export function refuseNewErrors(before: Config, after: Config): void {
  const known = new Set(before.problems.map(identity));
  const fresh = after.problems.find(
    (problem) => problem.severity === "error" && !UNFINISHED.has(problem.code) && !known.has(identity(problem)),
  );
  if (fresh === undefined) return;
  // Its place is one in a file that there is not.
  const { code, message, hint, expected } = fresh;
  throw new LoongError(code, expected === undefined ? message : `${message} Expected ${expected}.`, { hint });
}

function identity(problem: ConfigProblem): string {
  return `${problem.code} ${problem.path ?? ""} ${problem.account ?? ""}`;
}

/** @throws CONFIG_WOULD_LOSE_CHANNEL when a channel would be gone and that is not `allowed`. */
export function refuseLoss(before: Config, after: Config, allowed: boolean): void {
  const kept = channelsOf(after);
  const lost = [...channelsOf(before)].filter((channel) => !kept.has(channel));
  if (lost.length > 0 && !allowed) throw configErrors.CONFIG_WOULD_LOSE_CHANNEL([lost.join(", ")]);
}

function channelsOf(config: Config): ReadonlySet<string> {
  const { channels } = config.source.parts.tree.value;
  return new Set(isPlainObject(channels) ? Object.keys(channels) : []);
}
