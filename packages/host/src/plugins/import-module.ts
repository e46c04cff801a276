import { mkdirSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { isInNodeModules } from "./entry.ts";
import { isObject } from "./manifest.ts";
import type { PluginRecord } from "./record.ts";
import { shareSdkWith, sharedModules } from "./shared-sdk.ts";

/** What Node says about TypeScript that it cannot run by leaving the types out (https://nodejs.org/api/errors.html, read 2026-11-21). */
const NEEDS_COMPILER = new Set([
  "ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING",
  "ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX",
  "ERR_INVALID_TYPESCRIPT_SYNTAX",
  // `import "./other"` or `import "./other.js"` beside an `other.ts`.
  "ERR_MODULE_NOT_FOUND",
  "ERR_UNSUPPORTED_DIR_IMPORT",
]);

/**
 * Runs the main module of a plugin: by Node itself where that is possible, otherwise through jiti, which keeps what it
 * compiled under `cacheDir`.
 *
 * @returns The default export.
 */
export async function importModule(record: PluginRecord, cacheDir: string): Promise<unknown> {
  // Node knows a module by its real path, also when the package is a link.
  const entry = realpathSync(record.entry);
  for (const directory of new Set([record.directory, realpathSync(record.directory)])) shareSdkWith(directory);
  if (record.isTypeScript && isInNodeModules(entry)) return importCompiled(entry, cacheDir);
  try {
    return defaultOf(await import(/* @vite-ignore */ pathToFileURL(entry).href));
  } catch (error) {
    if (!record.isTypeScript || !NEEDS_COMPILER.has((error as NodeJS.ErrnoException).code ?? "")) throw error;
    return importCompiled(entry, cacheDir);
  }
}

async function importCompiled(entry: string, cacheDir: string): Promise<unknown> {
  const { createJiti } = await import("jiti");
  // jiti would make it, and the folders around it, for everybody to enter.
  mkdirSync(cacheDir, { recursive: true, mode: 0o700 });
  const jiti = createJiti(pathToFileURL(entry).href, {
    fsCache: join(cacheDir, "jiti"),
    virtualModules: sharedModules(),
  });
  return defaultOf(await jiti.import(entry));
}

/** CommonJS made from ES modules has its default export one level down. */
function defaultOf(module: unknown): unknown {
  const value = isObject(module) ? module["default"] : undefined;
  return isObject(value) && "__esModule" in value ? value["default"] : value;
}
