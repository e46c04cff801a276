import { join } from "node:path";
import type { Env } from "@loong/config";
import { hostErrors } from "../errors.ts";
import { renderPlist } from "./launchd-plist.ts";
import type { ServiceSpec } from "./spec.ts";
import { renderUnit } from "./systemd-unit.ts";

type CommandLine = readonly [string, ...string[]];

/** What starts services on this system, in command lines: they can be shown instead of run. */
export interface ServiceManager {
  readonly kind: "systemd" | "launchd";
  readonly file: string;
  render(spec: ServiceSpec): string;
  /** After the file was written. */
  readonly enable: readonly CommandLine[];
  /** Takes a changed file over while the service runs. */
  readonly restart: readonly CommandLine[];
  readonly stop: readonly CommandLine[];
  /** Before the file is removed. */
  readonly disable: readonly CommandLine[];
  /** After it was. */
  readonly forget: readonly CommandLine[];
  /** Prints the process id, somehow. */
  readonly show: CommandLine;
  /** What `show` printed. `undefined` when the service does not run. */
  pidIn(shown: string): number | undefined;
}

export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly env: Env;
  readonly userId: number;
}

/** @throws SERVICE_UNSUPPORTED where there is neither systemd nor launchd. */
export function serviceManager(name: string, machine: Machine): ServiceManager {
  if (machine.platform === "linux") return systemd(name, machine.env);
  if (machine.platform === "darwin") return launchd(name, machine);
  throw hostErrors.SERVICE_UNSUPPORTED([machine.platform]);
}

/** Units of one user (https://www.freedesktop.org/software/systemd/man/latest/systemd.unit.html, read 2026-11-21). */
function systemd(name: string, env: Env): ServiceManager {
  const unit = `${name}.service`;
  const systemctl = (...words: string[]): CommandLine => ["systemctl", "--user", ...words];
  return {
    kind: "systemd",
    file: join(env["XDG_CONFIG_HOME"] || join(env["HOME"] ?? "/", ".config"), "systemd", "user", unit),
    render: renderUnit,
    enable: [systemctl("daemon-reload"), systemctl("enable", "--now", unit)],
    restart: [systemctl("restart", unit)],
    stop: [systemctl("stop", unit)],
    disable: [systemctl("disable", "--now", unit)],
    forget: [systemctl("daemon-reload")],
    show: systemctl("show", "--property=MainPID", "--value", unit),
    pidIn: (shown) => Number(shown.trim()) || undefined,
  };
}

function launchd(name: string, { env, userId }: Machine): ServiceManager {
  const domain = `gui/${userId}`;
  const file = join(env["HOME"] ?? "/", "Library", "LaunchAgents", `${name}.plist`);
  return {
    kind: "launchd",
    file,
    render: renderPlist,
    enable: [["launchctl", "bootstrap", domain, file]],
    restart: [["launchctl", "kickstart", "-k", `${domain}/${name}`]],
    // An agent that is only killed is started again.
    stop: [["launchctl", "bootout", `${domain}/${name}`]],
    disable: [["launchctl", "bootout", `${domain}/${name}`]],
    forget: [],
    show: ["launchctl", "print", `${domain}/${name}`],
    pidIn: (shown) => Number(/^\s*pid = (\d+)$/mu.exec(shown)?.[1]) || undefined,
  };
}
