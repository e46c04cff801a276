import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Manifest } from "@loong/sdk";
import { installErrors } from "./errors.ts";
import { isObject } from "../plugins/manifest.ts";
import type { InstallSource } from "./plugin.ts";

/** One row of `plugins.lock.json`: which version of a package is active, and what its files have to be. */
export interface LockedPlugin {
  readonly id: string;
  readonly kind: Manifest["kind"];
  readonly version: string;
  readonly source: InstallSource;
  readonly spec: string;
  readonly integrity: string;
  /** A prefix in the plugins' folder, as in `store/<id>/<version>-<random>`; for a link the linked folder, absolute. */
  readonly folder: string;
  /** Digest of the file that holds the hash of every file. Empty for a link. */
  readonly seal: string;
  /** Digest of the plugin's package.json: its manifest is believed before code runs. Empty for a link. */
  readonly packageJson: string;
  readonly publisher?: string;
  readonly capabilities: readonly string[];
  readonly installedAtMs: number;
  /** Kept for a gateway that still runs it. */
  readonly previous?: { readonly version: string; readonly folder: string };
}

/** By package name. */
export type PluginLock = Readonly<Record<string, LockedPlugin>>;

const LOCK_VERSION = 1;

export function lockFileOf(pluginsDir: string): string {
  return join(pluginsDir, "plugins.lock.json");
}

/** Where the hash of every file of a version is written down, beside its `node_modules`. */
export function sealFileIn(prefix: string): string {
  return join(prefix, "seal.json");
}

/** The version's own prefix; `undefined` for a link. */
export function prefixOf(pluginsDir: string, { source, folder }: LockedPlugin): string | undefined {
  return source === "link" ? undefined : join(pluginsDir, folder);
}

/** The folder of the package itself. */
export function directoryOf(pluginsDir: string, packageName: string, locked: LockedPlugin): string {
  const prefix = prefixOf(pluginsDir, locked);
  return prefix === undefined ? locked.folder : join(prefix, "node_modules", packageName);
}

/** @throws INSTALL_LOCK_INVALID: what is installed cannot be told, so nothing of it may be loaded. */
export function readPluginLock(pluginsDir: string): PluginLock {
  const file = lockFileOf(pluginsDir);
  try {
    const text = textOf(file);
    if (text === undefined) return {};
    const value: unknown = JSON.parse(text);
    if (isObject(value) && value["lockfileVersion"] === LOCK_VERSION && isLock(value["plugins"]))
      return value["plugins"];
  } catch (cause) {
    throw installErrors.INSTALL_LOCK_INVALID([file], { cause });
  }
  throw installErrors.INSTALL_LOCK_INVALID([file]);
}

/** One rename changes what is active; before it and after it the file is whole. */
export function writePluginLock(pluginsDir: string, lock: PluginLock): void {
  const file = lockFileOf(pluginsDir);
  const plugins = Object.fromEntries(Object.entries(lock).sort(([left], [right]) => (left < right ? -1 : 1)));
  mkdirSync(pluginsDir, { recursive: true, mode: 0o700 });
  const next = `${file}.next`;
  const handle = openSync(next, "w", 0o600);
  try {
    writeFileSync(handle, `${JSON.stringify({ lockfileVersion: LOCK_VERSION, plugins }, null, 2)}\n`);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(next, file);
  syncDirectory(pluginsDir);
}

function syncDirectory(directory: string): void {
  const handle = openSync(directory, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw error;
  }
}

const TEXTS = ["id", "kind", "version", "source", "spec", "integrity", "folder", "seal", "packageJson"];

function isLock(value: unknown): value is PluginLock {
  return isObject(value) && Object.values(value).every(isLocked);
}

function isLocked(value: unknown): boolean {
  if (!isObject(value) || !TEXTS.every((key) => typeof value[key] === "string")) return false;
  return value["source"] === "link" || isStoreFolder(value["folder"] as string);
}

function isStoreFolder(folder: string): boolean {
  return /^store\/[a-z0-9-]+\/[\w.+-]+$/.test(folder) && !folder.includes("..");
}
