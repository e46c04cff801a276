import type { Config } from "@loong/config";
import { isFirstParty } from "../install/names.ts";
import type { PluginRecord } from "../plugins/index.ts";

/** Where the code of a plugin runs. */
export type Isolation = "inline" | "process";

/** What is known of a plugin before its code runs. */
export type PluginOrigin = Pick<PluginRecord, "manifest" | "packageName" | "source" | "installedFrom">;

/** Agents run in the gateway's process, and Loong's own channels; a stranger's runs in one of its own. The operator may say otherwise. */
export function isolationOf(origin: PluginOrigin, { plugins }: Pick<Config, "plugins">): Isolation {
  const { manifest } = origin;
  if (manifest.kind !== "channel") return "inline";
  return plugins.entries[manifest.id]?.isolation ?? (isOwn(origin) ? "inline" : "process");
}

/**
 * A package may call itself what it likes. The name counts where somebody vouches for it: the registry gives the scope to
 * its owner alone, and whoever links a folder, writes its path into the config or works in a checkout knows whose it is.
 */
function isOwn({ packageName, source, installedFrom }: PluginOrigin): boolean {
  if (!isFirstParty(packageName)) return false;
  return source !== "installed" || installedFrom === "registry" || installedFrom === "link";
}
