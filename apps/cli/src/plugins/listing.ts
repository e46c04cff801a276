import type { PluginStatus } from "@loong/api";
import { type InstalledPlugin, installedPlugins } from "@loong/host/install";
import { type Isolation, isolationOf } from "@loong/host/isolation";
import type { State } from "../state.ts";

/** One plugin as `plugins list` and `plugins info` show it. */
export interface ListedPlugin extends Omit<PluginStatus, "state" | "isolation"> {
  /** `modified`: its files are not those that were installed, so it is not loaded. */
  readonly state: PluginStatus["state"] | "modified" | "missing";
  readonly enabled: boolean;
  /** Where its code runs; `null` for what cannot run. */
  readonly isolation: Isolation | null;
  /** How it got here. `unmanaged`: put among the installed ones by other means, so nobody can tell whether it was changed. */
  readonly origin: PluginStatus["source"] | InstalledPlugin["source"] | "unmanaged";
  /** What the operator typed to install it. */
  readonly spec: string | null;
  readonly installedAtMs: number | null;
}

/** Every plugin that is there, and those that should be and are not. */
export async function listedPlugins({ config, paths, plugins }: State): Promise<readonly ListedPlugin[]> {
  const installed = await installedPlugins(paths);
  const statuses = plugins.statuses();
  const found = statuses.map((status) =>
    listed(
      status,
      installed.find((each) => belongs(status, each)),
    ),
  );
  const lost = installed.filter((each) => !statuses.some((status) => belongs(status, each)));
  return [...found, ...lost.map((plugin) => listed(lostStatus(plugin), plugin))];

  function listed(status: PluginStatus, managed: InstalledPlugin | undefined): ListedPlugin {
    const record = plugins.records.find(({ directory }) => directory === status.directory);
    const enabled = config.plugins.entries[status.id]?.enabled ?? true;
    return {
      ...status,
      state: stateOf(status, managed, enabled),
      enabled,
      isolation: record === undefined ? null : isolationOf(record, config),
      origin: managed?.source ?? (status.source === "installed" ? "unmanaged" : status.source),
      spec: managed?.spec ?? null,
      installedAtMs: managed?.installedAtMs ?? null,
    };
  }
}

function belongs({ source, packageName }: PluginStatus, managed: InstalledPlugin): boolean {
  return source === "installed" && packageName === managed.packageName;
}

function stateOf(status: PluginStatus, managed: InstalledPlugin | undefined, enabled: boolean): ListedPlugin["state"] {
  if (managed !== undefined && managed.state !== "intact") return managed.state;
  return status.state === "available" && !enabled ? "disabled" : status.state;
}

function lostStatus({ id, kind, packageName, version, directory }: InstalledPlugin): PluginStatus {
  return { id, kind, packageName, version, source: "installed", directory, state: "failed", error: null };
}
