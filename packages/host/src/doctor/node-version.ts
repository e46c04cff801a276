import { type Check, ok, warn } from "./check.ts";

/** The first releases with all security fixes, by major version (https://nodejs.org/en/blog/vulnerability, read 2026-11-21). */
const PATCHED: Readonly<Record<number, readonly [minor: number, patch: number]>> = { 24: [22, 1], 26: [12, 1] };

/** @param version - `process.versions.node`: `"24.21.0"`. */
export function checkNode(version: string): Check {
  const [major = 0, minor = 0, patch = 0] = version.split(".").map(Number);
  const least = PATCHED[major];
  const isPatched = least === undefined || minor > least[0] || (minor === least[0] && patch >= least[1]);
  if (isPatched) return ok("node.version", `Node ${version}`);
  const wanted = `${major}.${least.join(".")}`;
  return warn("node.version", `Node ${version} lacks security fixes.`, `Install Node ${wanted} or newer.`);
}
