import { fork } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { LoongError } from "@loong/sdk";
import { installErrors } from "./errors.ts";
import { isObject } from "../plugins/manifest.ts";
import type { PluginRecord } from "../plugins/record.ts";
import type { CheckAnswer, CheckRequest } from "./check-child.ts";
import { CHECK_TIMEOUT_MS } from "./limits.ts";

export interface CheckOptions {
  /** An own folder: the only one the code may write to. */
  readonly scratchDir: string;
  /** The prefix the plugin lies in; the only other folder the code may read. `undefined`: all may be read. */
  readonly readable: string | undefined;
  readonly signal: AbortSignal | undefined;
}

/**
 * Loads the code of a plugin once, in a process that has no environment, may write nowhere and start nothing, and compares
 * it with the manifest.
 *
 * @throws PLUGIN_IMPORT_FAILED, PLUGIN_EXPORT_INVALID, PLUGIN_MANIFEST_STALE, PLUGIN_IMPORT_TIMEOUT, INSTALL_CHECK_DIED
 */
export async function checkCode(record: PluginRecord, options: CheckOptions): Promise<void> {
  const { packageName } = record;
  const cacheDir = join(options.scratchDir, "compiled");
  await mkdir(cacheDir, { recursive: true, mode: 0o700 });
  const answer = await ask({ record, cacheDir, timeoutMs: CHECK_TIMEOUT_MS / 2 }, options);
  if (answer.ok) return;
  throw revived(answer.error) ?? installErrors.INSTALL_CHECK_DIED([packageName, "it answered nonsense"]);
}

async function ask(request: CheckRequest, options: CheckOptions): Promise<CheckAnswer> {
  const { packageName } = request.record;
  const { promise, resolve, reject } = Promise.withResolvers<CheckAnswer>();
  const child = fork(fileURLToPath(CHILD), {
    cwd: options.scratchDir,
    env: {},
    execArgv: permissions(request, options),
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  let lastWords = "";
  child.stderr?.on("data", (chunk: Buffer) => (lastWords = (lastWords + chunk.toString("utf8")).slice(-2_000)));
  const timer = setTimeout(() => child.kill("SIGKILL"), CHECK_TIMEOUT_MS);
  child.once("message", (message) => resolve(message as CheckAnswer));
  child.once("error", reject);
  child.once("exit", (code, signal) =>
    reject(installErrors.INSTALL_CHECK_DIED([packageName, `${signal ?? `exit code ${code}`}${reasonIn(lastWords)}`])),
  );
  child.send(request, (error) => {
    if (error !== null) reject(installErrors.INSTALL_CHECK_DIED([packageName, error.message]));
  });
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    child.kill("SIGKILL");
  }
}

const isSource: boolean = import.meta.url.endsWith(".ts");
/** In a bundle the file lies beside the chunk that this code became part of. */
const CHILD = new URL(isSource ? "./check-child.ts" : "./check-child.js", import.meta.url);
/** What the child imports that is no part of this package. */
const LOADED = ["@loong/sdk", "jiti"];

function permissions({ cacheDir }: CheckRequest, { readable }: CheckOptions): string[] {
  const folders = readable === undefined ? ["*"] : [...hostFolders(), ...pluginFolders(readable), cacheDir];
  return [
    "--permission",
    ...folders.map((folder) => `--allow-fs-read=${folder}`),
    `--allow-fs-write=${cacheDir}`,
    "--no-experimental-sqlite",
    "--max-old-space-size=256",
    ...(isSource ? ["--conditions=@loong/source"] : []),
  ];
}

/** Folders of the code that does the loading, by the paths on which Node looks for it and by those it finds. */
function hostFolders(): string[] {
  const child = realpathSync(fileURLToPath(CHILD));
  const own = dirname(dirname(child));
  const { resolve } = createRequire(CHILD);
  const found = LOADED.flatMap((name) => {
    try {
      return [dirname(realpathSync(resolve(`${name}/package.json`)))];
    } catch {
      return []; // Part of the bundle.
    }
  });
  const places = ancestors(child).flatMap((folder) => LOADED.map((name) => join(folder, "node_modules", name)));
  return [own, ...places, ...found];
}

/** The folder of a plugin, and every place in which Node looks for what it imports. */
function pluginFolders(prefix: string): string[] {
  const real = realpathSync(prefix);
  return [real, ...ancestors(real).map((folder) => join(folder, "node_modules"))];
}

function ancestors(path: string): readonly string[] {
  const parent = dirname(path);
  return parent === path ? [] : [parent, ...ancestors(parent)];
}

function revived(error: unknown): LoongError | undefined {
  if (!isObject(error) || typeof error["code"] !== "string" || typeof error["message"] !== "string") return undefined;
  return new LoongError(
    error["code"],
    error["message"],
    typeof error["hint"] === "string" ? { hint: error["hint"] } : {},
  );
}

function reasonIn(stderr: string): string {
  const line = stderr.split("\n").find((each) => /^\w*(?:Error|FATAL)\b/.test(each.trim()));
  return line === undefined ? "" : `: ${line.trim()}`;
}
