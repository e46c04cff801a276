import type { ServiceSpec } from "./spec.ts";

/** The first line of every file that `gateway install` writes: only such a file is replaced or removed. */
export const MARK = "Written by `loong gateway install`.";

/**
 * A systemd user unit. Nothing secret is in it: the environment file has that, and its leading dash lets it be missing.
 *
 * Exit codes 2 (misuse) and 78 (will not start as things are) end the restarts: a person is needed. What is left out does
 * not work without root (`ProtectSystem`, `PrivateTmp`) or with a compiler inside (`MemoryDenyWriteExecute`).
 *
 * @see https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html (read 2026-11-21)
 */
export function renderUnit({ command, home, searchPath, environmentFile }: ServiceSpec): string {
  return `# ${MARK} Change it with \`systemctl --user edit\`, or install it again.
[Unit]
Description=Loong gateway (${unitText(home)})
StartLimitIntervalSec=0

[Service]
Type=exec
ExecStart=${command.map(execWord).join(" ")}
Restart=always
RestartSec=5
RestartPreventExitStatus=2 78
TimeoutStopSec=20
Environment=${unitWord(`LOONG_HOME=${home}`)}
Environment=${unitWord(`PATH=${searchPath}`)}
EnvironmentFile=-${unitText(environmentFile)}
UMask=0077
NoNewPrivileges=yes
LockPersonality=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
SystemCallArchitectures=native

[Install]
WantedBy=default.target
`;
}

/** `%` begins a specifier everywhere. */
function unitText(text: string): string {
  return text.replaceAll("%", "%%");
}

function unitWord(text: string): string {
  return `"${unitText(text).replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}

/** In a command line `$` begins a variable too. */
function execWord(text: string): string {
  return unitWord(text).replaceAll("$", "$$$$");
}
