import { installErrors } from "./errors.ts";
import { MIN_AGE_MS } from "./limits.ts";
import { isFirstParty } from "./names.ts";
import type { Packument, PublishedVersion } from "./registry.ts";

/**
 * The one version that a tag, a version or a range means.
 *
 * @throws INSTALL_VERSION_UNKNOWN
 */
export async function chooseVersion(packument: Packument, wanted: string): Promise<PublishedVersion> {
  const { name, tags, versions } = packument;
  const exact = versions[Object.hasOwn(tags, wanted) ? (tags[wanted] ?? "") : wanted];
  if (exact !== undefined) return exact;
  const { default: maxSatisfying } = await import("semver/ranges/max-satisfying.js");
  const best = isRangeLike(wanted) ? maxSatisfying(Object.keys(versions), wanted) : null;
  const found = best === null ? undefined : versions[best];
  if (found === undefined) throw installErrors.INSTALL_VERSION_UNKNOWN([name, wanted, await offered(packument)]);
  return found;
}

/**
 * Refuses a version that nobody had the time to look at.
 *
 * @throws INSTALL_TOO_NEW naming the newest version that is old enough.
 */
export async function requireAge(packument: Packument, { version }: PublishedVersion, nowMs: number): Promise<void> {
  if (isFirstParty(packument.name) || isOldEnough(packument, version, nowMs)) return;
  const publishedAtMs = packument.publishedAtMs[version];
  const ageHours =
    publishedAtMs === undefined ? undefined : Math.max(0, Math.floor((nowMs - publishedAtMs) / 3_600_000));
  const older = await newest(Object.keys(packument.versions).filter((each) => isOldEnough(packument, each, nowMs)));
  throw installErrors.INSTALL_TOO_NEW([packument.name, version, ageHours, older]);
}

export function isOldEnough({ publishedAtMs }: Packument, version: string, nowMs: number): boolean {
  const at = publishedAtMs[version];
  return at !== undefined && nowMs - at >= MIN_AGE_MS;
}

function isRangeLike(wanted: string): boolean {
  return /^[\s\dvx*<>=^~|.-]/i.test(wanted);
}

async function offered({ tags, versions }: Packument): Promise<string> {
  const latest = tags["latest"] ?? (await newest(Object.keys(versions)));
  const others = Object.keys(tags).filter((tag) => tag !== "latest");
  if (latest === undefined) return "It has no versions.";
  return `The latest is ${latest}.${others.length === 0 ? "" : ` Tags: ${others.join(", ")}.`}`;
}

/** Leaves pre-releases out. */
async function newest(versions: readonly string[]): Promise<string | undefined> {
  const { default: maxSatisfying } = await import("semver/ranges/max-satisfying.js");
  return maxSatisfying([...versions], "*") ?? undefined;
}
