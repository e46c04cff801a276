import type { Config } from "@loong/config";
import type { PluginRecord } from "../plugins/index.ts";

/** Where the code of a plugin runs. */
export type Isolation = "inline" | "process";

/** Packages whose authors are Loong's own. */
const OWN_SCOPE = "@loong/";

/** A stranger's channel runs in a process of its own unless the operator says otherwise; agents run in the gateway's. */
export function isolationOf(
  { manifest, packageName }: Pick<PluginRecord, "manifest" | "packageName">,
  { plugins }: Pick<Config, "plugins">,
): Isolation {
  if (manifest.kind !== "channel") return "inline";
  const byOrigin = packageName.startsWith(OWN_SCOPE) ? "inline" : "process";
  return plugins.entries[manifest.id]?.isolation ?? byOrigin;
}
