import { isAbsolute, join, resolve } from "node:path";
import type { Env } from "./types.ts";

/** Where everything of one installation lives. All absolute. */
export interface StatePaths {
  readonly home: string;
  /** From `--config` or `LOONG_CONFIG`: moves the config file and nothing else. */
  readonly explicitConfigFile?: string;
  readonly journalFile: string;
  readonly socketFile: string;
  readonly lockFile: string;
  readonly ownerFile: string;
  readonly logsDir: string;
  readonly pluginsDir: string;
  readonly dataDir: string;
  readonly cacheDir: string;
}

/** `LOONG_HOME`, else `~/.loong`, is the state directory of every command alike. */
export function statePaths(env: Env, flags: { readonly config?: string | undefined } = {}): StatePaths {
  const home = resolve(expandHome(written(env["LOONG_HOME"]) ?? "~/.loong", env));
  const file = written(flags.config) ?? written(env["LOONG_CONFIG"]);
  return {
    home,
    ...(file === undefined ? {} : { explicitConfigFile: resolve(expandHome(file, env)) }),
    journalFile: join(home, "state", "journal.sqlite"),
    socketFile: join(home, "run", "control.sock"),
    lockFile: join(home, "run", "owner.lock"),
    ownerFile: join(home, "run", "owner.json"),
    logsDir: join(home, "logs"),
    pluginsDir: join(home, "plugins"),
    dataDir: join(home, "data"),
    cacheDir: join(home, "cache"),
  };
}

/** `~` is `HOME`; anything else relative starts at `directory`. */
export function absolutePath(path: string, directory: string, env: Env): string {
  const expanded = expandHome(path, env);
  return isAbsolute(expanded) ? expanded : resolve(directory, expanded);
}

function expandHome(path: string, env: Env): string {
  const home = written(env["HOME"]) ?? written(env["USERPROFILE"]) ?? "/";
  return path === "~" || path.startsWith("~/") ? join(home, path.slice(1)) : path;
}

function written(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === "" ? undefined : value;
}
