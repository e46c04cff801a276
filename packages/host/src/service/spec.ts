import { createHash } from "node:crypto";
import { join } from "node:path";
import { type Env, type StatePaths, statePaths } from "@loong/config";

/** A gateway that the system starts, and starts again. */
export interface ServiceSpec {
  /** `"loong-gateway"`, with a suffix when the state directory is not the default one. */
  readonly name: string;
  /** Absolute: the program and its words up to and with `gateway run`. */
  readonly command: readonly [string, ...string[]];
  readonly home: string;
  /** Where programs are looked for: `exec` secrets are some. */
  readonly searchPath: string;
  /** `NAME=value` lines with the secrets; need not be there. */
  readonly environmentFile: string;
}

export interface SpecOptions {
  readonly env: Env;
  readonly paths: StatePaths;
  readonly command: readonly [string, ...string[]];
}

export function serviceSpec({ env, paths, command }: SpecOptions): ServiceSpec {
  return {
    name: serviceName(env, paths),
    command,
    home: paths.home,
    searchPath: env["PATH"] ?? "/usr/local/bin:/usr/bin:/bin",
    environmentFile: environmentFile(paths),
  };
}

/** Each state directory has a gateway of its own, and so a service of its own. */
export function serviceName(env: Env, { home }: Pick<StatePaths, "home">): string {
  const usual = statePaths({ HOME: env["HOME"], USERPROFILE: env["USERPROFILE"] }).home;
  if (home === usual) return "loong-gateway";
  return `loong-gateway-${createHash("sha256").update(home).digest("hex").slice(0, 8)}`;
}

export function environmentFile({ home }: Pick<StatePaths, "home">): string {
  return join(home, "gateway.env");
}
