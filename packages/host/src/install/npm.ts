import { execFile } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import type { Env } from "@loong/config";
import { installErrors } from "./errors.ts";
import { ensurePrivateDirectory } from "../private-directory.ts";
import { NPM_TIMEOUT_MS } from "./limits.ts";
import { readNpmSettings } from "./npm-settings.ts";
import { checkedAddress } from "./registry-address.ts";

export interface NpmOptions {
  readonly env: Env;
  readonly registry: string;
  /** npm's own store of what it fetched before. */
  readonly cacheDir: string;
  /** Where npm works: a folder of ours, whose `.npmrc`, if any, is ours. */
  readonly directory: string;
  readonly signal: AbortSignal | undefined;
}

/** What programs need to reach the network, and nothing else of the operator's environment. */
const PASSED_ON = [
  "PATH",
  "HTTP_PROXY",
  "HTTPS_PROXY",
  "NO_PROXY",
  "http_proxy",
  "https_proxy",
  "no_proxy",
  "NODE_EXTRA_CA_CERTS",
  "NODE_USE_SYSTEM_CA",
  "SSL_CERT_DIR",
  "SSL_CERT_FILE",
  "SystemRoot",
];

/**
 * Runs npm with those settings of the operator's that say how registries are reached, and no other: they can name programs
 * that npm starts.
 *
 * @throws INSTALL_NPM_MISSING, INSTALL_NPM_FAILED with npm's own reason, HOST_DIRECTORY_UNSAFE
 */
export async function runNpm(words: readonly string[], options: NpmOptions): Promise<string> {
  const { directory, signal } = options;
  const npm = findNpm(options.env);
  // npm would make it, and the folders around it, for everybody to enter.
  ensurePrivateDirectory(options.cacheDir);
  const args = [...npm.args, ...words, ...settings(options)];
  return new Promise((resolve, reject) => {
    execFile(
      npm.program,
      args,
      { cwd: directory, env: scrubbed(options), timeout: NPM_TIMEOUT_MS, maxBuffer: 16 * 1024 * 1024, signal },
      (error, stdout, stderr) => {
        if (error === null) return resolve(stdout);
        if (signal?.aborted === true) return reject(signal.reason as Error);
        if (error.code === "ENOENT") return reject(installErrors.INSTALL_NPM_MISSING([]));
        return reject(
          installErrors.INSTALL_NPM_FAILED([words[0] ?? "", reasonIn(stderr) || error.message], { cause: error }),
        );
      },
    );
  });
}

function settings({ env, registry, cacheDir, directory }: NpmOptions): string[] {
  const scopes = Object.entries(readNpmSettings(env)).filter(([key]) => key.startsWith("@"));
  return [
    ...scopes.map(([key, address]) => `--${key}=${checkedAddress(address)}`),
    `--prefix=${directory}`,
    `--registry=${registry}`,
    `--cache=${cacheDir}`,
    // Files that are not there: npm takes their absence for empty.
    `--userconfig=${join(directory, "no-user-npmrc")}`,
    `--globalconfig=${join(directory, "no-global-npmrc")}`,
    `--git=${join(directory, "no-git")}`,
    "--allow-git=none",
    "--allow-remote=none",
    "--allow-file=none",
    "--allow-directory=none",
    "--ignore-scripts",
    "--no-bin-links",
    "--legacy-peer-deps",
    "--omit=dev",
    "--no-audit",
    "--no-fund",
    "--no-update-notifier",
    "--no-progress",
    "--logs-max=0",
    "--loglevel=error",
  ];
}

function scrubbed({ env, directory, cacheDir }: NpmOptions): NodeJS.ProcessEnv {
  const kept = PASSED_ON.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]] as const]));
  return {
    ...Object.fromEntries(kept),
    ...networkSettings(env),
    HOME: directory,
    TMPDIR: directory,
    NODE_COMPILE_CACHE: join(cacheDir, "compiled"),
  };
}

/** Tokens go this way: arguments can be seen by everybody on the machine, and a file would stay behind. */
function networkSettings(env: Env): NodeJS.ProcessEnv {
  const told = Object.entries(readNpmSettings(env)).filter(([key]) => key !== "registry" && !key.startsWith("@"));
  return Object.fromEntries(told.map(([key, value]) => [`npm_config_${key}`, value]));
}

/** The npm that came with this Node, else the one on PATH; its program is run by this Node when that is possible. */
function findNpm(env: Env): { readonly program: string; readonly args: readonly string[] } {
  const beside = join(dirname(process.execPath), "..", "lib", "node_modules", "npm", "bin", "npm-cli.js");
  const onWindows = join(dirname(process.execPath), "node_modules", "npm", "bin", "npm-cli.js");
  const onPath = (env["PATH"] ?? "")
    .split(delimiter)
    .filter(Boolean)
    .map((folder) => join(folder, "npm"));
  const found = [beside, onWindows, ...onPath].find((each) => existsSync(each));
  if (found === undefined) throw installErrors.INSTALL_NPM_MISSING([]);
  const real = realpathSync(found);
  return real.endsWith(".js") ? { program: process.execPath, args: [real] } : { program: real, args: [] };
}

/** npm says why in a line `npm error …`, between lines about logs. */
function reasonIn(stderr: string): string {
  const lines = stderr.split("\n").map((line) => line.replace(/^npm (?:error|ERR!) ?/, "").trim());
  return lines
    .filter((line) => line !== "" && !/^(?:code|A complete log|Log files were)/.test(line))
    .slice(0, 2)
    .join(" ");
}
