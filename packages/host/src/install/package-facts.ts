import type { Manifest } from "@loong/sdk";
import { hostErrors } from "../errors.ts";
import { installErrors } from "./errors.ts";
import { contractFault } from "../plugins/contract.ts";
import { asManifest, isObject, manifestFault } from "../plugins/manifest.ts";
import { isPackageName } from "./names.ts";

/** What the installer believes of a package.json; no code has run. */
export interface PackageFacts {
  readonly name: string;
  readonly version: string;
  readonly manifest: Manifest;
  /** Scripts that npm would run while it installs; they never run here. */
  readonly installScripts: readonly string[];
  readonly fields: Readonly<Record<string, unknown>>;
}

const INSTALL_SCRIPTS = ["preinstall", "install", "postinstall", "prepare"];

/**
 * Reads a package.json and checks that it is a plugin's, for this host and this Node.
 *
 * @throws INSTALL_PACKAGE_INVALID, INSTALL_NOT_A_PLUGIN, INSTALL_NODE_UNFIT, PLUGIN_CONTRACT_INVALID, PLUGIN_CONTRACT_TOO_OLD,
 *   PLUGIN_CONTRACT_TOO_NEW, PLUGIN_MANIFEST_INVALID
 */
export async function readPackageFacts(text: string, where: string): Promise<PackageFacts> {
  const fields = parsed(text);
  if (fields === undefined) throw installErrors.INSTALL_PACKAGE_INVALID([where, "its package.json is not JSON"]);
  const { name, version, loong, engines } = fields;
  if (typeof name !== "string" || !isPackageName(name))
    throw installErrors.INSTALL_PACKAGE_INVALID([where, "it has no proper name"]);
  if (typeof version !== "string" || !(await isVersion(version)))
    throw installErrors.INSTALL_PACKAGE_INVALID([where, "it has no proper version"]);
  if (loong === undefined) throw installErrors.INSTALL_NOT_A_PLUGIN([name]);
  const refusal = isObject(loong) ? await contractFault(name, loong["contract"]) : undefined;
  if (refusal !== undefined) throw refusal;
  const fault = manifestFault(loong);
  if (fault !== undefined) throw hostErrors.PLUGIN_MANIFEST_INVALID([name, fault]);
  const manifest = asManifest(loong);
  await requireFittingNode(name, engines);
  return {
    name,
    version,
    manifest,
    installScripts: INSTALL_SCRIPTS.filter((script) => isObject(fields["scripts"]) && script in fields["scripts"]),
    fields,
  };
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

async function isVersion(text: string): Promise<boolean> {
  const { default: valid } = await import("semver/functions/valid.js");
  return valid(text) === text;
}

async function requireFittingNode(name: string, engines: unknown): Promise<void> {
  const wanted = isObject(engines) ? engines["node"] : undefined;
  if (typeof wanted !== "string") return;
  const { default: satisfies } = await import("semver/functions/satisfies.js");
  if (!satisfies(process.version, wanted)) throw installErrors.INSTALL_NODE_UNFIT([name, wanted, process.version]);
}
