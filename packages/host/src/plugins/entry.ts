import { existsSync } from "node:fs";
import { resolve, sep } from "node:path";
import { isObject } from "./manifest.ts";

/** What a package.json says about the main module. */
export interface EntryFields {
  readonly exports?: unknown;
  readonly main?: unknown;
}

/** Node's conditions for `import` (https://nodejs.org/api/packages.html#conditional-exports, read 2026-11-21). */
const NODE_CONDITIONS = ["node", "import", "module-sync", "node-addons", "default"];
const SOURCE_CONDITION = "@loong/source";

/**
 * Where the main module of a package is. A checkout under development is run from its sources: always when this host
 * runs from its own, and otherwise when it was not built.
 *
 * @returns The absolute path; `exists` is false when there is nothing at it.
 */
export function mainModule(
  directory: string,
  fields: EntryFields,
): { readonly path: string; readonly exists: boolean } {
  const built = locate(directory, fields, NODE_CONDITIONS);
  if (isInNodeModules(directory)) return { path: built, exists: existsSync(built) };
  const source = locate(directory, fields, [SOURCE_CONDITION, ...NODE_CONDITIONS]);
  const preferred = import.meta.url.endsWith(".ts") ? [source, built] : [built, source];
  const path = preferred.find((each) => existsSync(each));
  return { path: path ?? built, exists: path !== undefined };
}

export function isInNodeModules(path: string): boolean {
  return path.split(sep).includes("node_modules");
}

export function isTypeScriptFile(path: string): boolean {
  return /\.[cm]?ts$/.test(path);
}

function locate(directory: string, { exports, main }: EntryFields, conditions: readonly string[]): string {
  const target =
    (exports === undefined ? undefined : pick(rootOf(exports), conditions)) ??
    (typeof main === "string" ? main : "index.js");
  const path = resolve(directory, target);
  return path.startsWith(directory + sep) ? path : resolve(directory, "index.js");
}

/** `exports` is the target of `"."` itself, or an object of subpaths. */
function rootOf(exports: unknown): unknown {
  return isObject(exports) && Object.keys(exports).some((key) => key.startsWith(".")) ? exports["."] : exports;
}

function pick(target: unknown, conditions: readonly string[]): string | undefined {
  if (typeof target === "string") return target;
  if (Array.isArray(target)) return firstOf(target, conditions);
  if (!isObject(target)) return undefined;
  return firstOf(
    Object.keys(target)
      .filter((key) => conditions.includes(key))
      .map((key) => target[key]),
    conditions,
  );
}

function firstOf(targets: readonly unknown[], conditions: readonly string[]): string | undefined {
  for (const target of targets) {
    const found = pick(target, conditions);
    if (found !== undefined) return found;
  }
  return undefined;
}
