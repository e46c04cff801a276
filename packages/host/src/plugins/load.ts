import { realpathSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { type AgentPlugin, type ChannelPlugin, isLoongError, type Manifest, manifestOf } from "@loong/sdk";
import { hostErrors } from "../errors.ts";
import { placeOfFault } from "./fault-place.ts";
import { importModule } from "./import-module.ts";
import { isObject } from "./manifest.ts";
import type { AgentRecord, ChannelRecord, PluginRecord } from "./record.ts";

export interface LoadOptions {
  /** Where compiled TypeScript is kept between starts. */
  readonly cacheDir: string;
  /** How long loading may take, in milliseconds. Default 20,000. */
  readonly timeoutMs?: number;
}

type Plugin = ChannelPlugin | AgentPlugin;

/**
 * Runs the code of a plugin and gives its default export, which then is what its manifest says.
 *
 * @throws PLUGIN_IMPORT_FAILED with the file and line, PLUGIN_IMPORT_TIMEOUT, PLUGIN_EXPORT_INVALID, PLUGIN_MANIFEST_STALE;
 *   each names the package.
 */
export function loadPlugin(record: ChannelRecord, options: LoadOptions): Promise<ChannelPlugin>;
export function loadPlugin(record: AgentRecord, options: LoadOptions): Promise<AgentPlugin>;
export function loadPlugin(record: PluginRecord, options: LoadOptions): Promise<Plugin>;
export async function loadPlugin(record: PluginRecord, options: LoadOptions): Promise<Plugin> {
  const exported = await importInTime(record, options);
  if (!isPlugin(exported, record.manifest.kind))
    throw hostErrors.PLUGIN_EXPORT_INVALID([record.packageName, record.manifest.kind]);
  requireSameManifest(record, exported);
  return exported;
}

async function importInTime(record: PluginRecord, { cacheDir, timeoutMs = 20_000 }: LoadOptions): Promise<unknown> {
  const { packageName, manifest } = record;
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(hostErrors.PLUGIN_IMPORT_TIMEOUT([packageName, timeoutMs, manifest.id])),
    timeoutMs,
  );
  const imported = importModule(record, cacheDir).catch((cause: unknown) => {
    const fault =
      cause instanceof Error ? `${isLoongError(cause) ? cause.code : cause.name}: ${cause.message}` : String(cause);
    throw hostErrors.PLUGIN_IMPORT_FAILED([packageName, fault, placeIn(record, cause), manifest.id], { cause });
  });
  return Promise.race([imported, late]).finally(() => clearTimeout(timer));
}

function placeIn({ directory }: PluginRecord, cause: unknown): string {
  return placeOfFault(cause, realpathSync(directory)) ?? placeOfFault(cause, directory) ?? "";
}

function isPlugin(value: unknown, kind: Manifest["kind"]): value is Plugin {
  if (!isObject(value) || typeof value["id"] !== "string" || typeof value["open"] !== "function") return false;
  return kind === "channel" ? isObject(value["accounts"]) : isObject(value["settings"]);
}

/**
 * The manifest was believed before the code ran: config was checked against its schema, policy taken from it. A package
 * whose code says otherwise is not used. The contract range is left out: it tells what the package was built with.
 */
function requireSameManifest({ packageName, manifest }: PluginRecord, plugin: Plugin): void {
  const promised: Readonly<Record<string, unknown>> = { ...manifest };
  const actual: Readonly<Record<string, unknown>> = { ...manifestOf(plugin) };
  const keys = new Set([...Object.keys(promised), ...Object.keys(actual)]);
  keys.delete("contract");
  const different = [...keys].filter((key) => !isDeepStrictEqual(promised[key], actual[key]));
  if (different.length > 0) throw hostErrors.PLUGIN_MANIFEST_STALE([packageName, different.join(", ")]);
}
