import type { AgentManifest, ChannelManifest, Manifest } from "@loong/sdk";
import type { InstallSource } from "../install/plugin.ts";

/** Where a plugin was found. */
export type PluginSource = "path" | "installed" | "workspace" | "bundled";

/** A plugin as its `package.json` describes it; none of its code has run. */
export interface PluginRecord<M extends Manifest = Manifest> {
  readonly manifest: M;
  readonly packageName: string;
  readonly version: string;
  readonly directory: string;
  /** Absolute path of the main module. */
  readonly entry: string;
  readonly source: PluginSource;
  /** Where the installer had it from. Absent when it was not the installer that put it there. */
  readonly installedFrom?: InstallSource;
  readonly isTypeScript: boolean;
}

export type ChannelRecord = PluginRecord<ChannelManifest>;
export type AgentRecord = PluginRecord<AgentManifest>;

/** A package that says it is a plugin and cannot be used. */
export interface PluginFailure {
  readonly packageName: string;
  readonly directory: string;
  readonly source: PluginSource;
  /** As far as they could be read. */
  readonly id?: string;
  readonly kind?: Manifest["kind"];
  readonly version?: string;
  /** `warning`: another copy of the same package is used instead, so nothing is missing. */
  readonly severity: "error" | "warning";
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

export function isChannelRecord(record: PluginRecord): record is ChannelRecord {
  return record.manifest.kind === "channel";
}

export function isAgentRecord(record: PluginRecord): record is AgentRecord {
  return record.manifest.kind === "agent";
}

/** What operators may call it. */
export function namesOf(record: PluginRecord): readonly string[] {
  return isChannelRecord(record) ? [record.manifest.id, ...record.manifest.aliases] : [record.manifest.id];
}
