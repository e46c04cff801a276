import type { Stats } from "node:fs";
import { copyFile, mkdir, readdir, rename, stat } from "node:fs/promises";
import { join } from "node:path";
import { installErrors } from "./errors.ts";
import { nearestName } from "../plugins/nearest-name.ts";
import { chooseVersion, requireAge } from "./choose-version.ts";
import { downloadTarball } from "./download.ts";
import { integrityOfFile } from "./integrity.ts";
import { MAX_PACKED_BYTES } from "./limits.ts";
import { officialTwin } from "./names.ts";
import { runNpm } from "./npm.ts";
import type { InstallOptions, InstallSource, PreparedInstall } from "./plugin.ts";
import { connectRegistry, type Packument, type PublishedVersion, type Registry } from "./registry.ts";
import { registryAddress } from "./registry-address.ts";
import type { PluginSpec } from "./spec.ts";
import { checkSignatures, type RegistryKey } from "./signature.ts";
import type { Staging } from "./staging.ts";

/** A tarball in staging, and what is known of where it came from. */
export interface Obtained {
  readonly source: Exclude<InstallSource, "link">;
  readonly file: string;
  readonly integrity: string;
  /** What the registry calls it; the tarball has to say the same. */
  readonly promised?: { readonly name: string; readonly version: string };
  readonly origin: Pick<PreparedInstall, "registry" | "publisher" | "signature" | "provenance" | "publishedAtMs">;
  readonly deprecated?: string;
}

/** Nobody vouches for a file. */
export const UNKNOWN_ORIGIN: Obtained["origin"] = { signature: "unknown", provenance: "unknown" };

export interface ObtainOptions extends InstallOptions {
  readonly allowNew?: boolean;
  /** Packages that are here already: names to compare with. */
  readonly known: readonly string[];
}

/** @throws INSTALL_* of resolving and fetching. */
export async function obtainTarball(spec: PluginSpec, staging: Staging, options: ObtainOptions): Promise<Obtained> {
  if (spec.from === "registry") return fromRegistry(spec.name, spec.wanted, staging, options);
  return spec.from === "tarball" ? fromFile(spec.path, staging) : fromDirectory(spec.path, staging, options);
}

async function fromRegistry(name: string, wanted: string, staging: Staging, options: ObtainOptions): Promise<Obtained> {
  const registry = await connectRegistry(options);
  try {
    return await fetchVersion(name, wanted, registry, staging, options);
  } finally {
    await registry.close();
  }
}

async function fetchVersion(
  name: string,
  wanted: string,
  registry: Registry,
  staging: Staging,
  options: ObtainOptions,
): Promise<Obtained> {
  const { signal, onProgress } = options;
  await refuseImpostor(name, registry);
  const packument = await requirePackument(name, registry, options.known);
  const chosen = await chooseVersion(packument, wanted);
  if (options.allowNew !== true) await requireAge(packument, chosen, options.now());
  const keys = await registry.keys(name);

  onProgress?.({ name: "download" });
  const file = packedFile(staging);
  const integrity = await downloadTarball(chosen, file, {
    registry,
    packageName: name,
    onBytes: (done, total) => onProgress?.({ name: "download", done, ...(total === undefined ? {} : { total }) }),
    signal,
  });
  const { version, deprecated } = chosen;
  const origin = { registry: registry.addressOf(name), ...originOf(packument, chosen, integrity, keys) };
  return {
    source: "registry",
    file,
    integrity,
    promised: { name, version },
    origin,
    ...(deprecated ? { deprecated } : {}),
  };
}

/**
 * A name that reads like one of this project's packages is refused when that package exists. Whoever means it can fetch
 * the tarball and install that.
 */
async function refuseImpostor(name: string, registry: Registry): Promise<void> {
  const twin = officialTwin(name);
  if (twin === undefined || (await registry.packument(twin)) === undefined) return;
  throw installErrors.INSTALL_NAME_DECEPTIVE([name, twin]);
}

async function requirePackument(name: string, registry: Registry, known: readonly string[]): Promise<Packument> {
  const packument = await registry.packument(name);
  if (packument !== undefined) return packument;
  const official = name.includes("/") ? undefined : `@loong/${name}`;
  const isOfficial = official !== undefined && (await registry.packument(official)) !== undefined;
  throw installErrors.INSTALL_PACKAGE_UNKNOWN([
    name,
    registry.addressOf(name),
    isOfficial ? official : nearestName(known, name),
  ]);
}

/** @throws INSTALL_SIGNATURE_WRONG */
function originOf(
  { name, publishedAtMs }: Packument,
  { version, publisher, isAttested, signatures }: PublishedVersion,
  integrity: string,
  keys: readonly RegistryKey[],
): Obtained["origin"] {
  const at = publishedAtMs[version];
  return {
    signature: checkSignatures({ name, version, integrity, signatures, publishedAtMs: at }, keys),
    provenance: isAttested ? "attested" : "none",
    ...(publisher === undefined ? {} : { publisher }),
    ...(at === undefined ? {} : { publishedAtMs: at }),
  };
}

async function fromFile(path: string, staging: Staging): Promise<Obtained> {
  const stats = await stat(path).catch(() => undefined);
  if (stats?.isFile() !== true) throw installErrors.INSTALL_PATH_UNUSABLE([path, "there is no such file"]);
  if (stats.size > MAX_PACKED_BYTES) throw installErrors.INSTALL_TARBALL_TOO_LARGE([path, MAX_PACKED_BYTES]);
  const file = packedFile(staging);
  await copyFile(path, file);
  return { source: "tarball", file, integrity: await integrityOfFile(file), origin: UNKNOWN_ORIGIN };
}

/** What would be published of the folder, and nothing else of it. */
async function fromDirectory(path: string, staging: Staging, options: InstallOptions): Promise<Obtained> {
  await requireFolder(path);
  const directory = join(staging.directory, "pack");
  await mkdir(directory, { mode: 0o700 });
  await runNpm(["pack", path, `--pack-destination=${directory}`], {
    env: options.env,
    registry: registryAddress(options.env, options.registry),
    cacheDir: join(options.paths.cacheDir, "npm"),
    directory,
    signal: options.signal,
  });
  const name = (await readdir(directory)).find((each) => each.endsWith(".tgz"));
  if (name === undefined) throw installErrors.INSTALL_PATH_UNUSABLE([path, "npm could not pack it"]);
  const file = packedFile(staging);
  await rename(join(directory, name), file);
  return { source: "directory", file, integrity: await integrityOfFile(file), origin: UNKNOWN_ORIGIN };
}

/** @throws INSTALL_PATH_UNUSABLE */
export async function requireFolder(path: string): Promise<Stats> {
  const stats = await stat(path).catch(() => undefined);
  if (stats?.isDirectory() === true) return stats;
  const fault = stats === undefined ? "there is no such folder" : "it is neither a folder nor a .tgz file";
  throw installErrors.INSTALL_PATH_UNUSABLE([path, fault]);
}

function packedFile(staging: Staging): string {
  return join(staging.directory, "package.tgz");
}
