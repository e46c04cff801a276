import { execFile } from "node:child_process";
import { configErrors } from "../errors.ts";
import type { Surroundings } from "./resolve-reference.ts";

const TIMEOUT_MS = 5_000;
const MAX_BYTES = 64 * 1024;

/**
 * What a command prints, without the space around it. Runs without a shell and is killed after 5 seconds.
 * @throws CONFIG_SECRET_EXEC; it names the command, never its arguments or what it printed.
 */
export function readSecretCommand(
  command: readonly [string, ...string[]],
  path: string,
  { env, directory }: Surroundings,
): Promise<string> {
  const [file, ...args] = command;
  const refuse = (reason: string) => configErrors.CONFIG_SECRET_EXEC([path, file, reason]);
  return new Promise((resolve, reject) => {
    const options = {
      env: { ...env },
      cwd: directory,
      timeout: TIMEOUT_MS,
      maxBuffer: MAX_BYTES,
      killSignal: "SIGKILL" as const,
    };
    const child = execFile(file, args, options, (error, stdout) => {
      if (error !== null) return reject(refuse(failure(error)));
      const text = stdout.trim();
      return text === "" ? reject(refuse("printed nothing")) : resolve(text);
    });
    child.stdin?.end();
  });
}

function failure(
  error: Error & { readonly code?: unknown; readonly killed?: boolean; readonly signal?: unknown },
): string {
  if (error.code === "ENOENT") return "was not found";
  if (error.code === "EACCES") return "this user may not run";
  if (error.code === "ERR_CHILD_PROCESS_STDIO_MAXBUFFER") return "printed more than 64 KiB";
  if (error.killed === true) return "took longer than 5 seconds";
  if (typeof error.code === "number") return `ended with status ${error.code}`;
  return typeof error.signal === "string" ? `was ended by ${error.signal}` : "could not be run";
}
