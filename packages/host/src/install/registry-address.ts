import type { Env } from "@loong/config";
import { installErrors } from "./errors.ts";
import { type NpmSettings, readNpmSettings } from "./npm-settings.ts";

const PUBLIC_REGISTRY = "https://registry.npmjs.org/";

/**
 * The registry that packages come from: what the caller names, what npm was told, or npm's public one.
 *
 * @returns An http(s) URL with a slash at its end.
 * @throws INSTALL_REGISTRY_INVALID
 */
export function registryAddress(env: Env, chosen?: string): string {
  return checkedAddress(chosen ?? readNpmSettings(env)["registry"] ?? PUBLIC_REGISTRY);
}

/**
 * The registry of one package: its scope may have one of its own. What the caller names is for every package.
 *
 * @throws INSTALL_REGISTRY_INVALID
 */
export function addressForPackage(name: string, settings: NpmSettings, chosen?: string): string {
  const scope = name.slice(0, name.indexOf("/"));
  return checkedAddress(chosen ?? settings[`${scope}:registry`] ?? settings["registry"] ?? PUBLIC_REGISTRY);
}

/** @throws INSTALL_REGISTRY_INVALID */
export function checkedAddress(text: string): string {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== "" || url.password !== "")
    throw installErrors.INSTALL_REGISTRY_INVALID([withoutSecrets(url, text)]);
  return url.href.endsWith("/") ? url.href : `${url.href}/`;
}

function withoutSecrets(url: URL | null, text: string): string {
  return url === null ? text : `${url.protocol}//${url.host}`;
}
