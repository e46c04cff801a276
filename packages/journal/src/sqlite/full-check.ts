import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { LoongError, type Problem } from "@loong/sdk";

const isSource: boolean = import.meta.url.endsWith(".ts");
/** In a bundle the file lies beside the chunk that this code became part of. */
const CHILD = new URL(isSource ? "./full-check-child.ts" : "./full-check-child.js", import.meta.url);

/**
 * Reads all of a file that may be in use, in a process of its own: reading cannot be broken off in this one, and everything
 * would wait for it. Until it is done, what is written stays in the log of the file, which grows.
 *
 * @returns JOURNAL_CORRUPT when it is damaged.
 * @throws LoongError when it could not be read, Error when the process failed or `signal` ended it.
 */
export async function checkWhole(file: string, signal: AbortSignal): Promise<LoongError | undefined> {
  const conditions = isSource ? ["--conditions=@loong/source"] : [];
  const options = { env: {}, signal, killSignal: "SIGKILL" } as const;
  const { stdout } = await promisify(execFile)(process.execPath, [...conditions, fileURLToPath(CHILD), file], options);
  if (stdout === "") return undefined;
  const { code, message, hint } = JSON.parse(stdout) as Problem;
  const error = new LoongError(code, message, hint === undefined ? {} : { hint });
  if (code !== "JOURNAL_CORRUPT") throw error;
  return error;
}
