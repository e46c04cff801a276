import { execFile } from "node:child_process";
import type { Env } from "@loong/config";
import { hostErrors } from "../errors.ts";

const TIMEOUT_MS = 60_000;

/**
 * Runs one command of the service manager and gives what it printed.
 *
 * @throws SERVICE_MANAGER_MISSING, SERVICE_COMMAND_FAILED with its last words.
 */
export async function runCommand([program, ...words]: readonly [string, ...string[]], env: Env): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(program, words, { env, timeout: TIMEOUT_MS }, (error, stdout, stderr) => {
      if (error === null) return resolve(stdout);
      if (error.code === "ENOENT") return reject(hostErrors.SERVICE_MANAGER_MISSING([program]));
      const lastWords = (stderr.trim() || stdout.trim()).split("\n").at(-1) || error.message;
      return reject(hostErrors.SERVICE_COMMAND_FAILED([[program, ...words].join(" "), lastWords]));
    });
  });
}
