import { isAbsolute, join, resolve } from "node:path";
import type { Env } from "@loong/config";
import { installErrors } from "./errors.ts";
import { isPackageName } from "./names.ts";

/** What the operator asked for. */
export type PluginSpec =
  | { readonly from: "registry"; readonly name: string; /** Version, range or tag. */ readonly wanted: string }
  | { readonly from: "tarball" | "directory"; readonly path: string };

/**
 * Reads `name`, `name@version`, `name@tag`, a path, or a path to a `.tgz`. A path begins with `.`, `/` or `~`, so that a
 * folder of the same name never takes the place of a package.
 *
 * @param cwd - Where relative paths start.
 * @throws INSTALL_SPEC_INVALID
 */
export function parseSpec(spec: string, env: Env, cwd: string): PluginSpec {
  const text = spec.trim().replace(/^file:/, "");
  if (/^(?:[./]|~(?:\/|$))/.test(text) || isAbsolute(text)) return pathSpec(text, env, cwd);
  if (/\.(?:tgz|tar\.gz)$/.test(text) && !text.includes(":")) return pathSpec(text, env, cwd);
  const at = text.indexOf("@", 1);
  const name = at === -1 ? text : text.slice(0, at);
  const wanted = at === -1 ? "latest" : text.slice(at + 1);
  if (/[:#]/.test(text)) throw installErrors.INSTALL_SPEC_INVALID([spec, "addresses and repositories are not fetched"]);
  if (!isPackageName(name)) throw installErrors.INSTALL_SPEC_INVALID([spec, `"${name}" is no package name`]);
  if (wanted === "") throw installErrors.INSTALL_SPEC_INVALID([spec, "nothing stands after the @"]);
  return { from: "registry", name, wanted };
}

function pathSpec(text: string, env: Env, cwd: string): PluginSpec {
  const expanded = text.startsWith("~") ? join(env["HOME"] ?? "/", text.slice(1)) : text;
  const path = resolve(cwd, expanded);
  return { from: /\.(?:tgz|tar\.gz)$/.test(path) ? "tarball" : "directory", path };
}
