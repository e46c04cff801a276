import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Env } from "@loong/config";
import { installErrors } from "./errors.ts";

const PUBLIC_REGISTRY = "https://registry.npmjs.org/";

/**
 * The registry that plugins come from: what the caller names, `npm_config_registry`, the `registry` line of `~/.npmrc`, or
 * npm's public one. Nothing else of an `.npmrc` is used: it can name programs to run.
 *
 * @returns An http(s) URL with a slash at its end.
 * @throws INSTALL_REGISTRY_INVALID
 */
export function registryAddress(env: Env, chosen?: string): string {
  const text =
    chosen ?? env["npm_config_registry"] ?? env["NPM_CONFIG_REGISTRY"] ?? fromNpmrc(env["HOME"]) ?? PUBLIC_REGISTRY;
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== "" || url.password !== "")
    throw installErrors.INSTALL_REGISTRY_INVALID([withoutSecrets(url, text)]);
  return url.href.endsWith("/") ? url.href : `${url.href}/`;
}

function fromNpmrc(home: string | undefined): string | undefined {
  if (home === undefined) return undefined;
  try {
    const text = readFileSync(join(home, ".npmrc"), "utf8");
    return /^\s*registry\s*=\s*["']?([^\s"'#;]+)/m.exec(text)?.[1];
  } catch {
    return undefined;
  }
}

function withoutSecrets(url: URL | null, text: string): string {
  return url === null ? text : `${url.protocol}//${url.host}`;
}
