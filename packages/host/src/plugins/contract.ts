import { CONTRACT_RANGE, CONTRACT_VERSION, type LoongError } from "@loong/sdk";
import { hostErrors } from "../errors.ts";

/**
 * Whether this host offers the contract that a plugin was written for.
 *
 * @param range - Semver range of the contract, as the plugin's manifest has it.
 * @returns `undefined` when it does.
 */
export async function contractFault(packageName: string, range: string): Promise<LoongError | undefined> {
  // The common case needs no parser: a plugin built with this very contract.
  if (range === CONTRACT_RANGE) return undefined;
  const { default: validRange } = await import("semver/ranges/valid.js");
  if (validRange(range) === null)
    return hostErrors.PLUGIN_MANIFEST_INVALID([packageName, `\`contract\` "${range}" is no version range`]);
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
