import { existsSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Env } from "@loong/config";
import type { PluginRecord } from "../plugins/index.ts";
import { linkedDependencies } from "./linked-dependencies.ts";

/** How the process of a plugin is started. */
export interface Launch {
  readonly arguments: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** In its own folder: where what was compiled is kept for the next time. */
  readonly cacheDir: string;
}

export interface LaunchOptions {
  readonly record: PluginRecord;
  /** The one folder that the plugin may write to; it is there already. */
  readonly home: string;
  readonly heapMegabytes: number;
  /** Of the gateway. */
  readonly env: Env;
}

/** What a program needs to find its way to the network. Nothing here is a secret of the gateway's. */
const PASSED_ON =
  /^(PATH|LANG|LC_[A-Z]+|TZ|https?_proxy|all_proxy|no_proxy|SSL_CERT_(FILE|DIR)|NODE_(EXTRA_CA_CERTS|USE_ENV_PROXY|USE_SYSTEM_CA))$/i;

export function launchOf({ record, home, heapMegabytes, env }: LaunchOptions): Launch {
  const here = import.meta.url;
  const isSource = here.endsWith(".ts");
  const script = fileURLToPath(new URL(isSource ? "./plugin-child.ts" : "./plugin-child.js", here));
  const readable = [...ownCode(here), ...pluginCode(record), home];
  const cacheDir = join(home, ".compiled");
  return {
    cacheDir,
    arguments: [
      "--permission",
      ...readable.map((path) => `--allow-fs-read=${path}`),
      `--allow-fs-write=${home}`,
      // The permission model knows nothing of files that SQLite opens.
      "--no-experimental-sqlite",
      // Later versions of Node ask for the network too (https://nodejs.org/api/permissions.html, read 2026-11-21).
      ...(process.allowedNodeEnvironmentFlags.has("--allow-net") ? ["--allow-net"] : []),
      `--max-old-space-size=${heapMegabytes}`,
      ...(isSource ? ["--conditions=@loong/source"] : []),
      script,
    ],
    env: { ...passedOn(env), TMPDIR: join(home, ".tmp"), NODE_COMPILE_CACHE: cacheDir },
  };
}

function passedOn(env: Env): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && PASSED_ON.test(entry[0]),
    ),
  );
}

/** Where the modules lie that the child is made of, and the compiler it may need. */
function ownCode(here: string): readonly string[] {
  const { resolve } = createRequire(here);
  const packages = ["@loong/sdk", "jiti"].flatMap((name) => {
    try {
      return [packageRoot(resolve(`${name}/package.json`))];
    } catch {
      return []; // In the bundle the sdk is part of it.
    }
  });
  return [packageAround(realpathSync(fileURLToPath(here))), ...packages];
}

/** The folder of the package that a file belongs to. */
function packageAround(file: string): string {
  const found = ancestors(file).find((folder) => existsSync(join(folder, "package.json")));
  return found ?? dirname(file);
}

/** A folder that is named by its real path: links lead out of what was allowed. */
function packageRoot(packageJson: string): string {
  return dirname(realpathSync(packageJson));
}

/** The plugin, every `node_modules` in which Node looks for what it imports, and where links in them lead. */
function pluginCode({ directory, source, installedFrom }: LaunchOptions["record"]): readonly string[] {
  const real = realpathSync(directory);
  const roots = new Set([directory, real]);
  const code = [...roots].flatMap((root) => [root, ...modulesAround(root)]);
  // What was copied here brings its dependencies along; a folder that is worked in may have them anywhere.
  const isWorkedIn = source !== "installed" || installedFrom === "link";
  return isWorkedIn ? [...code, ...linkedDependencies(real, code)] : code;
}

function modulesAround(folder: string): readonly string[] {
  return ancestors(folder)
    .map((parent) => join(parent, "node_modules"))
    .filter((modules) => existsSync(modules));
}

function ancestors(path: string): readonly string[] {
  const parent = dirname(path);
  return parent === path ? [] : [parent, ...ancestors(parent)];
}
