import { isLoongError, type LoongError } from "@loong/sdk";
import type { Cli } from "../cli-context.ts";
import { cliErrors } from "../errors.ts";
import { build } from "./build.ts";
import { isCurrent, writeBlock } from "./manifest-block.ts";
import { manifestOfCode } from "./manifest-of-code.ts";
import { packageFaults } from "./package-faults.ts";
import type { PackageFolder } from "./package-folder.ts";
import { makeTarball } from "./tarball.ts";

export interface PackOptions {
  /** Writes nothing but what the build writes; a block that is not the code's is a fault. */
  readonly dryRun: boolean;
  /** Where plugins are installed, for the host that looks at this one. */
  readonly pluginsDir: string;
}

export interface PackReport {
  readonly packageName: string;
  readonly version: string;
  /** Absolute; `null` when nothing was kept. */
  readonly tarball: string | null;
  readonly sizeBytes: number;
  readonly unpackedBytes: number;
  readonly files: readonly { readonly path: string; readonly size: number }[];
  /** The `loong` block was written anew. */
  readonly manifestWritten: boolean;
  readonly faults: readonly LoongError[];
}

/** Build, manifest, checks, tarball: what fails ends it there and is in `faults`. */
export async function packPackage(cli: Cli, folder: PackageFolder, options: PackOptions): Promise<PackReport> {
  const { name: packageName, version } = folder.packageJson;
  const nothing = { packageName, version, tarball: null, sizeBytes: 0, unpackedBytes: 0, files: [] };
  try {
    const { current, manifestWritten } = await withCurrentBlock(cli, folder, options);
    const faults = await packageFaults(current, options.pluginsDir);
    if (faults.length > 0) return { ...nothing, manifestWritten, faults };
    return { ...nothing, manifestWritten, ...(await packed(cli, current, options)) };
  } catch (error) {
    if (!isLoongError(error)) throw error;
    return { ...nothing, manifestWritten: false, faults: [error] };
  }
}

async function withCurrentBlock(
  cli: Cli,
  folder: PackageFolder,
  { dryRun }: PackOptions,
): Promise<{ readonly current: PackageFolder; readonly manifestWritten: boolean }> {
  await build(cli, folder);
  const manifest = await manifestOfCode(cli, folder);
  if (isCurrent(folder, manifest)) return { current: folder, manifestWritten: false };
  if (dryRun) throw cliErrors.CLI_PACK_STALE([folder.packageJson.name]);
  return { current: await writeBlock(folder, manifest), manifestWritten: true };
}

async function packed(
  cli: Cli,
  folder: PackageFolder,
  { dryRun }: PackOptions,
): Promise<Partial<PackReport> & Pick<PackReport, "faults">> {
  const tarball = await makeTarball(cli, folder);
  try {
    const { files, sizeBytes, unpackedBytes, faults } = tarball;
    const path = dryRun || faults.length > 0 ? null : await tarball.keep();
    return { files, sizeBytes, unpackedBytes, faults, tarball: path };
  } finally {
    await tarball.discard();
  }
}
