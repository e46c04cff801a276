import { registerHooks } from "node:module";
import { join, sep } from "node:path";
import { pathToFileURL } from "node:url";
import * as sdk from "@loong/sdk";

const SDK = "@loong/sdk";
const SHARED_URL = "loong-host:sdk";

/** What plugin code sees of this process. It hangs on `globalThis` because a module made by a hook can reach nothing else. */
interface SharedSdk {
  readonly sdk: Readonly<Record<string, unknown>>;
  /** URLs of folders, each ending in a slash. */
  readonly roots: Set<string>;
}
const KEY = Symbol.for("loong.host");
type Global = { [KEY]?: SharedSdk };

/**
 * From now on code in `directory`, and in the `node_modules` it was installed into, gets this host's `@loong/sdk`,
 * whether or not a copy of its own lies there: two copies would be two `LoongError` classes.
 */
export function shareSdkWith(directory: string): void {
  const scope = globalThis as Global;
  const shared = (scope[KEY] ??= start());
  shared.roots.add(pathToFileURL(rootOf(directory) + sep).href);
}

/** For loaders that do not pass through Node's own hooks. */
export function sharedModules(): Record<string, unknown> {
  return { [SDK]: sdk };
}

/** A plugin's dependencies are installed beside it, not under it. */
function rootOf(directory: string): string {
  const parts = directory.split(sep);
  const index = parts.indexOf("node_modules");
  return index === -1 ? directory : join(sep, ...parts.slice(0, index + 1));
}

function start(): SharedSdk {
  const shared: SharedSdk = { sdk, roots: new Set() };
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === SDK && isPluginCode(context.parentURL, shared.roots)
        ? { url: SHARED_URL, format: "module", shortCircuit: true }
        : next(specifier, context),
    load: (url, context, next) =>
      url === SHARED_URL
        ? { format: "module", source: sourceOf(Object.keys(sdk)), shortCircuit: true }
        : next(url, context),
  });
  return shared;
}

function isPluginCode(parentUrl: string | undefined, roots: ReadonlySet<string>): boolean {
  if (parentUrl === undefined) return false;
  for (const root of roots) if (parentUrl.startsWith(root)) return true;
  return false;
}

function sourceOf(names: readonly string[]): string {
  const lines = names.map((name) => `export const ${name} = sdk[${JSON.stringify(name)}];`);
  return [`const { sdk } = globalThis[Symbol.for("loong.host")];`, ...lines].join("\n");
}
