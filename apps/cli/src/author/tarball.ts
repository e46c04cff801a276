import { mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { LoongError } from "@loong/sdk";
import type { Cli } from "../cli-context.ts";
import { cliErrors } from "../errors.ts";
import { npm } from "./build.ts";
import type { PackageFolder } from "./package-folder.ts";

export interface Tarball {
  /** Its name, without a folder. */
  readonly name: string;
  readonly files: readonly { readonly path: string; readonly size: number }[];
  readonly sizeBytes: number;
  readonly unpackedBytes: number;
  /** What publint says against it. */
  readonly faults: readonly LoongError[];
  /** Puts it into the package's folder. @returns its path. */
  keep(): Promise<string>;
  /** Takes away what was not kept. */
  discard(): Promise<void>;
}

interface NpmPacked {
  readonly filename: string;
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string; readonly size: number }[];
}

/** Packs as `npm publish` would, out of sight: only a tarball without faults is worth keeping. @throws CLI_PACK_NPM */
export async function makeTarball(cli: Cli, folder: PackageFolder): Promise<Tarball> {
  // In the folder itself, so that keeping it is a rename; npm packs nothing under node_modules.
  const place = await mkdtemp(join(folder.directory, "node_modules", ".loong-pack-")).catch(() =>
    mkdtemp(join(folder.directory, ".loong-pack-")),
  );
  const discard = () => rm(place, { recursive: true, force: true });
  try {
    const packed = await npmPack(cli, folder, place);
    const file = join(place, packed.filename);
    const keep = async () => {
      const kept = join(folder.directory, packed.filename);
      await rename(file, kept);
      return kept;
    };
    const { filename: name, files, size: sizeBytes, unpackedSize: unpackedBytes } = packed;
    return { name, files, sizeBytes, unpackedBytes, faults: await lint(file, folder), keep, discard };
  } catch (error) {
    await discard();
    throw error;
  }
}

async function npmPack(cli: Cli, folder: PackageFolder, place: string): Promise<NpmPacked> {
  const words = ["pack", "--json", "--foreground-scripts=false", "--pack-destination", place];
  const { exitCode, stdout, stderr } = await npm(cli, folder, words);
  if (exitCode !== 0) throw cliErrors.CLI_PACK_NPM([folder.packageJson.name, stderr.trim()]);
  const answer = JSON.parse(stdout) as readonly NpmPacked[] | Readonly<Record<string, NpmPacked>>;
  const [packed] = Object.values(answer);
  if (packed === undefined) throw cliErrors.CLI_PACK_NPM([folder.packageJson.name, "npm made nothing"]);
  return packed;
}

async function lint(file: string, { packageJson }: PackageFolder): Promise<readonly LoongError[]> {
  const { publint } = await import("publint");
  const { formatMessage } = await import("publint/utils");
  const tarball = new Uint8Array(await readFile(file)).buffer;
  const { messages, pkg } = await publint({ pack: { tarball }, strict: true });
  return messages
    .filter(({ type }) => type !== "suggestion")
    .map((message) =>
      cliErrors.CLI_PACK_LINT([packageJson.name, formatMessage(message, pkg ?? {}, { color: false }) ?? message.code]),
    );
}
