import { hostErrors } from "../errors.ts";
import { isTypeScriptFile, mainModule } from "../plugins/entry.ts";
import type { PluginRecord } from "../plugins/record.ts";
import type { PackageFacts } from "./package-facts.ts";
import type { InstallOptions, InstallStep } from "./plugin.ts";
import type { Staging } from "./staging.ts";

export interface PrepareOptions extends InstallOptions {
  /** For a folder: `true`, the default, uses it where it lies; `false` installs a copy of what would be published of it. */
  readonly link?: boolean;
  /** Takes a version, and dependencies, younger than the minimum age. */
  readonly allowNew?: boolean;
}

/** What one preparation works with. */
export interface Work {
  /** What the operator typed; a path is absolute. */
  readonly typed: string;
  readonly options: PrepareOptions;
  readonly staging: Staging;
  /** The plugins that are here already. */
  readonly present: readonly PluginRecord[];
}

/** Says what begins, unless the operator wants it no more. */
export function step({ onProgress, signal }: PrepareOptions, name: InstallStep["name"]): void {
  signal?.throwIfAborted();
  onProgress?.({ name });
}

/**
 * The staged plugin as the loader wants it.
 *
 * @throws PLUGIN_NO_ENTRY
 */
export function recordOf({ name, version, manifest, fields }: PackageFacts, directory: string): PluginRecord {
  const main = mainModule(directory, fields);
  if (!main.exists) throw hostErrors.PLUGIN_NO_ENTRY([name, main.path]);
  const isTypeScript = isTypeScriptFile(main.path);
  return { manifest, packageName: name, version, directory, entry: main.path, source: "installed", isTypeScript };
}
