import { CONTRACT_RANGE, CONTRACT_VERSION, type LoongError } from "@loong/sdk";
import { hostErrors } from "../errors.ts";

/**
 * Whether this host offers the contract that a plugin was written for. Asked before anything else of a manifest is looked
 * at: one of another contract may have another shape.
 *
 * @param range - `contract` of the plugin's manifest, whatever stands there.
 * @returns `undefined` when it does; otherwise PLUGIN_CONTRACT_INVALID, PLUGIN_CONTRACT_TOO_OLD or PLUGIN_CONTRACT_TOO_NEW,
 *   which name both versions.
 */
export async function contractFault(packageName: string, range: unknown): Promise<LoongError | undefined> {
  // The common case needs no parser: a plugin built with this very contract.
  if (range === CONTRACT_RANGE) return undefined;
  // An empty text is a range to the parser: any version.
  if (typeof range !== "string" || range.trim() === "") return invalid(packageName, undefined);
  const { default: validRange } = await import("semver/ranges/valid.js");
  if (validRange(range) === null) return invalid(packageName, range);
  const { default: satisfies } = await import("semver/functions/satisfies.js");
  if (satisfies(CONTRACT_VERSION, range)) return undefined;
  const { default: gtr } = await import("semver/ranges/gtr.js");
  const tooOld = gtr(CONTRACT_VERSION, range);
  return hostErrors[tooOld ? "PLUGIN_CONTRACT_TOO_OLD" : "PLUGIN_CONTRACT_TOO_NEW"]([
    packageName,
    range,
    CONTRACT_VERSION,
  ]);
}

function invalid(packageName: string, range: string | undefined): LoongError {
  return hostErrors.PLUGIN_CONTRACT_INVALID([packageName, range, CONTRACT_VERSION]);
}
