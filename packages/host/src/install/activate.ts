import { mkdir, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import { installedPlugin } from "./installed.ts";
import { type LockedPlugin, readPluginLock, writePluginLock } from "./lock-file.ts";
import type { InstallOptions, PreparedInstall } from "./plugin.ts";
import { randomName, removeLeftovers, type Staging } from "./staging.ts";

/**
 * The two ends of a prepared install. Activation lays the version into a folder of its own, where nobody looks yet, and
 * then one rename of the lock file makes it the active one. Whatever interrupts it, either the old version is active or
 * the new one.
 */
export function activator(
  packageName: string,
  row: LockedPlugin,
  staging: Staging,
  { paths: { pluginsDir }, onProgress }: InstallOptions,
): Pick<PreparedInstall, "activate" | "discard"> {
  let isOver = false;

  return {
    async activate() {
      if (isOver) throw new TypeError("This install was activated or discarded before.");
      isOver = true;
      try {
        onProgress?.({ name: "place" });
        const placed = row.source === "link" ? row : await place(row, staging, pluginsDir);
        onProgress?.({ name: "pin" });
        const lock = readPluginLock(pluginsDir);
        const next = { ...placed, ...previousOf(lock[packageName]) };
        writePluginLock(pluginsDir, { ...lock, [packageName]: next });
        onProgress?.({ name: "clean" });
        await removeLeftovers(pluginsDir).catch(() => undefined);
        return installedPlugin(pluginsDir, packageName, next, "intact");
      } finally {
        await staging.close();
      }
    },
    async discard() {
      isOver = true;
      await staging.close();
    },
  };
}

async function place(row: LockedPlugin, staging: Staging, pluginsDir: string): Promise<LockedPlugin> {
  const folder = `store/${row.id}/${row.version}-${randomName()}`;
  await mkdir(dirname(join(pluginsDir, folder)), { recursive: true, mode: 0o700 });
  await rename(staging.prefix, join(pluginsDir, folder));
  return { ...row, folder };
}

/** A running gateway may still load parts of the version it started with. */
function previousOf(before: LockedPlugin | undefined): Pick<LockedPlugin, "previous"> {
  if (before === undefined || before.source === "link") return {};
  return { previous: { version: before.version, folder: before.folder } };
}
