import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pack } from "../../scripts/tarball.ts";
import { median, type Row } from "../table.ts";

const ROUNDS = 5;
const launcher = join(import.meta.dirname, "../../apps/cli/bin/loong.cjs");
const plugin = join(import.meta.dirname, "../../extensions/telegram");

/**
 * A packed channel with its dependencies, which both have fetched once before: checked, staged, loaded in a process of its own
 * and sealed, against npm that only lays the files down.
 *
 * @throws Error when the registry that npm is configured for does not give the dependencies.
 */
export function installRow(): Row {
  const directory = mkdtempSync(join(tmpdir(), "loong-bench-install-"));
  try {
    const tarball = pack(plugin, directory);
    const times = { npm: [] as number[], loong: [] as number[] };
    for (let round = -1; round < ROUNDS; round++) {
      const npm = withNpm(tarball, directory);
      const loong = withLoong(tarball, directory);
      if (round < 0) continue;
      times.npm.push(npm);
      times.loong.push(loong);
    }
    return {
      what: "`loong plugins install` of the packed Telegram channel",
      reference: "`npm install` of it",
      referenceValue: median(times.npm),
      value: median(times.loong),
      unit: "ms",
      goal: { atMost: 2 },
    };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** The sdk is a peer that the host gives, so neither fetches it. */
function withNpm(tarball: string, directory: string): number {
  const prefix = join(directory, "npm");
  mkdirSync(prefix);
  const settings = ["--ignore-scripts", "--no-audit", "--no-fund", "--legacy-peer-deps", "--prefer-offline"];
  const words = ["install", tarball, "--prefix", prefix, "--cache", join(directory, "npm-cache"), ...settings];
  const tookMs = wallMs("npm", words, process.env);
  rmSync(prefix, { recursive: true });
  return tookMs;
}

function withLoong(tarball: string, directory: string): number {
  const home = join(directory, "loong");
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const env = { ...process.env, LOONG_HOME: home, NODE_OPTIONS: "" };
  const tookMs = wallMs(process.execPath, [launcher, "plugins", "install", tarball, "--yes"], env);
  rmSync(join(home, "plugins"), { recursive: true });
  return tookMs;
}

function wallMs(program: string, words: readonly string[], env: NodeJS.ProcessEnv): number {
  const startedAtMs = performance.now();
  const { status, stderr } = spawnSync(program, words, { env, encoding: "utf8" });
  if (status !== 0) throw new Error(`${program} ${words.join(" ")} ended with ${status}: ${stderr}`);
  return performance.now() - startedAtMs;
}
