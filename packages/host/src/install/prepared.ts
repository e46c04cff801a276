import { activator } from "./activate.ts";
import { capabilitiesOf } from "./capabilities.ts";
import { type LockedPlugin, readPluginLock } from "./lock-file.ts";
import type { PackageFacts } from "./package-facts.ts";
import type { PreparedInstall } from "./plugin.ts";
import { cautions, type Origin } from "./warnings.ts";
import type { Work } from "./work.ts";

/**
 * What the operator is shown, and the row of the lock that it becomes.
 *
 * @param pins - `folder` of a copy is not known before it has a place in the store.
 */
export function prepared(
  facts: PackageFacts,
  pins: Pick<LockedPlugin, "integrity" | "folder" | "seal" | "packageJson">,
  origin: Origin,
  { typed, options, staging, present }: Work,
): PreparedInstall {
  const { name: packageName, version, manifest } = facts;
  const active = readPluginLock(options.paths.pluginsDir)[packageName];
  const capabilities = capabilitiesOf(manifest);
  const { publisher, ...rest } = origin.origin;
  const row: LockedPlugin = {
    id: manifest.id,
    kind: manifest.kind,
    version,
    source: origin.source,
    spec: typed,
    ...pins,
    ...(publisher === undefined ? {} : { publisher }),
    capabilities,
    installedAtMs: options.now(),
  };
  return {
    packageName,
    version,
    source: origin.source,
    manifest,
    integrity: pins.integrity,
    ...rest,
    ...(publisher === undefined ? {} : { publisher }),
    files: origin.files,
    bytes: origin.bytes,
    dependencies: origin.dependencies,
    capabilities,
    warnings: cautions(facts, origin, active, present),
    ...(active === undefined ? {} : { replaces: active.version }),
    ...activator(packageName, row, staging, options),
  };
}
