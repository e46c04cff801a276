import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Registry, startRegistry } from "../../apps/cli/test/registry.ts";
import { pack } from "../../scripts/tarball.ts";
import { median, type Row } from "../table.ts";

const ROUNDS = 5;
const root = join(import.meta.dirname, "../..");
/** The channel, and what it is made of that no other registry has yet. */
const PLUGIN = "extensions/telegram";
const PARTS = ["packages/emulator-kit", "packages/guards"];
const launcher = join(root, "apps/cli/bin/loong.cjs");
const run = promisify(execFile);

/**
 * A packed channel with its dependencies, which both have fetched once before: checked, staged, loaded in a process of its own
 * and sealed, against npm that only lays the files down.
 *
 * @throws Error when npm's own registry does not give the other dependencies.
 */
export async function installRow(): Promise<Row> {
  const directory = mkdtempSync(join(tmpdir(), "loong-bench-install-"));
  const registry = await startRegistry();
  try {
    for (const part of PARTS) await registry.publish(pack(join(root, part), directory));
    const tarball = pack(join(root, PLUGIN), directory);
    const times = { npm: [] as number[], loong: [] as number[] };
    for (let round = -1; round < ROUNDS; round++) {
      const npm = await withNpm(tarball, directory, registry);
      const loong = await withLoong(tarball, directory, registry);
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
    await registry.close();
    rmSync(directory, { recursive: true });
  }
}

/** The sdk is a peer that the host gives, so neither fetches it. */
async function withNpm(tarball: string, directory: string, { url }: Registry): Promise<number> {
  const prefix = join(directory, "npm");
  mkdirSync(prefix);
  const settings = [
    `--registry=${url}`,
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    "--legacy-peer-deps",
    "--prefer-offline",
  ];
  const words = ["install", tarball, "--prefix", prefix, "--cache", join(directory, "npm-cache"), ...settings];
  const tookMs = await wallMs("npm", words, process.env);
  rmSync(prefix, { recursive: true });
  return tookMs;
}

async function withLoong(tarball: string, directory: string, { url }: Registry): Promise<number> {
  const home = join(directory, "loong");
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const env = { ...process.env, LOONG_HOME: home, NODE_OPTIONS: "" };
  // The parts were published a moment ago.
  const words = [launcher, "plugins", "install", tarball, "--yes", "--allow-new", "--registry", url];
  const tookMs = await wallMs(process.execPath, words, env);
  rmSync(join(home, "plugins"), { recursive: true });
  return tookMs;
}

async function wallMs(program: string, words: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const startedAtMs = performance.now();
  await run(program, words, { env });
  return performance.now() - startedAtMs;
}
