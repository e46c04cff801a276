import { join } from "node:path";
import type { ServiceSpec } from "./spec.ts";
import { MARK } from "./systemd-unit.ts";

/**
 * A launchd agent. It has no environment files, so Node reads the secrets itself; and it knows no exit code that ends the
 * restarts, so a gateway that will not start is tried again every half minute.
 *
 * @see `man 5 launchd.plist` of macOS 15 and https://nodejs.org/api/cli.html#--env-file-if-existsfile (read 2026-11-21)
 */
export function renderPlist({ name, command, home, searchPath, environmentFile }: ServiceSpec): string {
  const [program, ...words] = command;
  const args = [program, `--env-file-if-exists=${environmentFile}`, ...words];
  const output = join(home, "logs", "service.log");
  return `<?xml version="1.0" encoding="UTF-8"?>
<!-- ${MARK} -->
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key>
  ${string(name)}
  <key>ProgramArguments</key>
  <array>
${args.map((word) => `    ${string(word)}`).join("\n")}
  </array>
  <key>EnvironmentVariables</key>
  <dict>
    <key>LOONG_HOME</key>
    ${string(home)}
    <key>PATH</key>
    ${string(searchPath)}
  </dict>
  <key>RunAtLoad</key>
  <true/>
  <key>KeepAlive</key>
  <true/>
  <key>ThrottleInterval</key>
  <integer>30</integer>
  <key>ExitTimeOut</key>
  <integer>20</integer>
  <key>Umask</key>
  <integer>63</integer>
  <key>StandardErrorPath</key>
  ${string(output)}
</dict>
</plist>
`;
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

function string(text: string): string {
  return `<string>${text.replace(/[&<>]/gu, (character) => ENTITIES[character] ?? character)}</string>`;
}
