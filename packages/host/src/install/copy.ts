import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isLoongError, LoongError } from "@loong/sdk";
import { installErrors } from "./errors.ts";
import { extractArchive, listArchive } from "./archive.ts";
import { checkCode } from "./check-code.ts";
import { type Dependency, installDependencies } from "./dependencies.ts";
import { gunzipTo } from "./gunzip.ts";
import { TARBALL_LIMITS } from "./limits.ts";
import { type LockedPlugin, readPluginLock, sealFileIn } from "./lock-file.ts";
import { isFirstParty } from "./names.ts";
import type { Obtained } from "./obtain.ts";
import { type PackageFacts, readPackageFacts } from "./package-facts.ts";
import type { PreparedInstall } from "./plugin.ts";
import { prepared } from "./prepared.ts";
import { registryAddress } from "./registry-address.ts";
import { requireFreeNames } from "./rivals.ts";
import { digestOf, type Seal, sealOf } from "./seal.ts";
import { recordOf, step, type Work } from "./work.ts";

/** A tarball becomes a prefix of its own in staging: the plugin, its dependencies, and the hash of every file. */
export async function prepareCopy(obtained: Obtained, work: Work): Promise<PreparedInstall> {
  const { staging, options } = work;
  step(options, "inspect");
  const { facts, listing, plain } = await inspect(obtained, work);
  step(options, "dependencies");
  const dependencies = await fetchDependencies(facts, work);
  step(options, "extract");
  const directory = join(staging.prefix, "node_modules", facts.name);
  if (existsSync(directory))
    throw installErrors.INSTALL_DEPENDENCY_REFUSED([facts.name, facts.name, "the plugin itself"]);
  await extractArchive(plain, directory);
  step(options, "check");
  const check = { scratchDir: staging.directory, readable: staging.prefix, signal: options.signal };
  await checkCode(recordOf(facts, directory), check).catch((error: unknown) => {
    throw unfit(error, facts.name, staging.prefix);
  });
  step(options, "seal");
  const seal = sealOf(join(staging.prefix, "node_modules"));
  const native = Object.keys(seal).filter((path) => path.endsWith(".node"));
  const locked = {
    integrity: obtained.integrity,
    folder: "",
    seal: await writeSeal(staging.prefix, seal),
    packageJson: seal[`${facts.name}/package.json`] ?? "",
  };
  return prepared(facts, locked, { ...obtained, ...listing, dependencies, native }, work);
}

/** What it says of an installed plugin is no help with one that is not, and staging is gone when it is read. */
function unfit(error: unknown, name: string, prefix: string): unknown {
  if (!isLoongError(error)) return error;
  const { code, message } = error;
  const hint = `Nothing was changed. Tell its author, who sees it with \`loong plugins test\`, or take another version: \`loong plugins install ${name}@<version>\`.`;
  return new LoongError(code, message.replaceAll(`${join(prefix, "node_modules")}/`, ""), { hint, cause: error });
}

/** Everything that can be refused without laying a file down. */
async function inspect(obtained: Obtained, work: Work) {
  const { file, integrity, promised } = obtained;
  const name = promised?.name ?? work.typed;
  const plain = join(work.staging.directory, "package.tar");
  await gunzipTo(file, plain, name, TARBALL_LIMITS);
  const listing = await listArchive(plain, name, TARBALL_LIMITS);
  const facts = await readPackageFacts(listing.packageJson, name);
  if (promised !== undefined && (promised.name !== facts.name || promised.version !== facts.version))
    throw installErrors.INSTALL_PACKAGE_INVALID([
      name,
      `the registry calls it ${promised.version} and it says ${facts.name} ${facts.version}`,
    ]);
  requireSamePin(facts, obtained.source, integrity, readPluginLock(work.options.paths.pluginsDir)[facts.name]);
  requireFreeNames(facts.name, facts.manifest, work.present);
  return { facts, listing, plain };
}

/** One version never changes. A tarball of the operator's own may. */
function requireSamePin(
  { name, version }: PackageFacts,
  source: Obtained["source"],
  integrity: string,
  pinned: LockedPlugin | undefined,
): void {
  if (source !== "registry" || pinned?.source !== "registry" || pinned.version !== version) return;
  if (pinned.integrity !== integrity)
    throw installErrors.INSTALL_PIN_MISMATCH([name, version, pinned.integrity, integrity]);
}

async function fetchDependencies(facts: PackageFacts, { options, staging }: Work): Promise<readonly Dependency[]> {
  const { env, paths, signal, onProgress } = options;
  return installDependencies(facts, {
    env,
    registry: registryAddress(env, options.registry),
    cacheDir: join(paths.cacheDir, "npm"),
    directory: staging.prefix,
    signal,
    allowNew: options.allowNew === true || isFirstParty(facts.name),
    onResolved: (packages) => onProgress?.({ name: "dependencies", packages }),
  });
}

async function writeSeal(prefix: string, seal: Seal): Promise<string> {
  const text = JSON.stringify(seal);
  await writeFile(sealFileIn(prefix), text, { mode: 0o600, flush: true });
  return digestOf(text);
}
