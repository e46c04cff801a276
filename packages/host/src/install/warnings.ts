import type { Problem } from "@loong/sdk";
import { installErrors } from "./errors.ts";
import { isObject } from "../plugins/manifest.ts";
import type { PluginRecord } from "../plugins/record.ts";
import { capabilitiesOf } from "./capabilities.ts";
import type { Dependency } from "./dependencies.ts";
import type { LockedPlugin } from "./lock-file.ts";
import { isFirstParty, lookAlike } from "./names.ts";
import type { PackageFacts } from "./package-facts.ts";
import type { Obtained } from "./obtain.ts";
import type { InstallSource } from "./plugin.ts";

/** Where a staged plugin came from and what it brought. */
export interface Origin {
  readonly source: InstallSource;
  readonly origin: Obtained["origin"];
  readonly deprecated?: string;
  readonly files: number;
  readonly bytes: number;
  readonly dependencies: readonly Dependency[];
  /** Files of dependencies that are compiled for this machine. */
  readonly native: readonly string[];
}

/** What is no reason to refuse, and worth knowing before one agrees. */
export function cautions(
  facts: PackageFacts,
  { origin, deprecated, source, native }: Origin,
  active: LockedPlugin | undefined,
  present: readonly PluginRecord[],
): readonly Problem[] {
  const { name, manifest, installScripts } = facts;
  const { publisher } = origin;
  const before = active?.publisher;
  const known = present.map(({ packageName }) => packageName);
  const twin = lookAlike(name, known);
  const more = active === undefined ? [] : newIn(capabilitiesOf(manifest), active.capabilities);
  const isCopy = source !== "link";
  const peers = isCopy ? peersOf(facts) : [];
  const found = [
    twin !== undefined && installErrors.INSTALL_NAME_NEAR([name, twin]),
    before !== undefined &&
      publisher !== undefined &&
      before !== publisher &&
      installErrors.INSTALL_PUBLISHER_CHANGED([name, before, publisher]),
    origin.signature === "missing" && installErrors.INSTALL_NOT_SIGNED([name]),
    source === "tarball" && isFirstParty(name) && installErrors.INSTALL_ORIGIN_UNPROVEN([name]),
    more.length > 0 && installErrors.INSTALL_CAPABILITIES_GREW([name, more.join("; ")]),
    deprecated !== undefined && installErrors.INSTALL_DEPRECATED([name, deprecated]),
    isCopy && installScripts.length > 0 && installErrors.INSTALL_SCRIPTS_SKIPPED([name, installScripts.join(", ")]),
    native.length > 0 && installErrors.INSTALL_NATIVE_DEPENDENCY([name, native.join(", ")]),
    peers.length > 0 && installErrors.INSTALL_PEERS_MISSING([name, peers.join(", ")]),
  ];
  return found.filter((each) => each !== false).map((error) => error.toJSON());
}

/** What it expects beside it and nobody brings; the contract comes from the host. */
function peersOf({ fields }: PackageFacts): readonly string[] {
  const peers = isObject(fields["peerDependencies"]) ? Object.keys(fields["peerDependencies"]) : [];
  const meta = isObject(fields["peerDependenciesMeta"]) ? fields["peerDependenciesMeta"] : {};
  const isOptional = (name: string) => isObject(meta[name]) && meta[name]["optional"] === true;
  return peers.filter((name) => name !== "@loong/sdk" && !isOptional(name));
}

function newIn(now: readonly string[], before: readonly string[]): readonly string[] {
  return now.filter((each) => !before.includes(each));
}
