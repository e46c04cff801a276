import { realpathSync, statSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { PluginRecord } from "./record.ts";
import { createPluginSet, type PluginSet } from "./set.ts";

/** The plugins of a gateway that runs. */
export interface LivePlugins extends PluginSet {
  /** Goes over to what is there now. What did not change stays the same record, so it need not be loaded again. */
  take(found: PluginSet, mayReplace: (change: PluginChange) => boolean): PluginChanges;
}

/** One plugin whose files are not those it had. */
export interface PluginChange {
  readonly before: PluginRecord;
  readonly after: PluginRecord;
  /** It stands elsewhere than before, so its modules are other ones to Node. */
  readonly moved: boolean;
}

/** Ids of plugins. */
export interface PluginChanges {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly replaced: readonly string[];
  /** Changed too, and not to be replaced now: the old one stays. */
  readonly kept: readonly string[];
}

/** Where a plugin's files were when it was found: its path may be a link that is turned elsewhere. */
interface Sighting {
  readonly entry: string;
  /** Changes with every installation. */
  readonly stamp: string;
}

export function createLivePlugins(first: PluginSet): LivePlugins {
  let current = first;
  let sightings = new Map(first.records.map((record) => [record, sightingOf(record)]));

  function take(found: PluginSet, mayReplace: (change: PluginChange) => boolean): PluginChanges {
    const seen = new Map<PluginRecord, Sighting>();
    const changes = { added: [] as string[], removed: [] as string[], replaced: [] as string[], kept: [] as string[] };
    for (const after of found.records) {
      const { id } = after.manifest;
      const now = sightingOf(after);
      const before = current.records.find((record) => isSamePlugin(record, after));
      const was = before && sightings.get(before);
      if (before === undefined || was === undefined) {
        changes.added.push(id);
        seen.set(after, now);
      } else if (isUnchanged(before, after, was, now)) {
        seen.set(before, was);
      } else {
        const isReplaced = mayReplace({ before, after, moved: was.entry !== now.entry });
        changes[isReplaced ? "replaced" : "kept"].push(id);
        seen.set(...(isReplaced ? ([after, now] as const) : ([before, was] as const)));
      }
    }
    for (const before of current.records)
      if (!found.records.some((after) => isSamePlugin(before, after))) changes.removed.push(before.manifest.id);
    current = createPluginSet([...seen.keys()], found.failures);
    sightings = seen;
    return changes;
  }

  return {
    get records() {
      return current.records;
    },
    get failures() {
      return current.failures;
    },
    manifests: () => current.manifests(),
    channels: () => current.channels(),
    agents: () => current.agents(),
    find: (name) => current.find(name),
    plugin: (name) => current.plugin(name),
    channel: (name) => current.channel(name),
    agent: (name) => current.agent(name),
    statuses: (condition) => current.statuses(condition),
    take,
  };
}

function isSamePlugin(one: PluginRecord, other: PluginRecord): boolean {
  return one.manifest.kind === other.manifest.kind && one.manifest.id === other.manifest.id;
}

function isUnchanged(before: PluginRecord, after: PluginRecord, was: Sighting, now: Sighting): boolean {
  return isDeepStrictEqual(before, after) && isDeepStrictEqual(was, now);
}

function sightingOf({ directory, entry }: PluginRecord): Sighting {
  const realEntry = realpathOr(entry);
  const facts = [realpathOr(directory), join(directory, "package.json"), realEntry].map((path) => {
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats === undefined ? "" : `${stats.ino}:${stats.isDirectory() ? "" : stats.mtimeMs}`;
  });
  return { entry: realEntry, stamp: facts.join(" ") };
}

function realpathOr(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path; // Taken away just now: whoever loads it is told.
  }
}
