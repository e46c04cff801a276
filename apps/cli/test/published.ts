import { execFile, execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { root } from "../../../scripts/workspace.ts";

const run = promisify(execFile);
const cli = join(root, "apps/cli");

/** Builds every package of the workspace and packs it as it would be published: tarballs by package name. */
export async function packWorkspace(target: string): Promise<ReadonlyMap<string, string>> {
  const bundle = join(target, "bundle");
  const build = [join(root, "node_modules/typescript/bin/tsc"), "-b"];
  const bundling = [join(cli, "node_modules/tsdown/dist/run.mjs"), "--out-dir", bundle];
  await Promise.all([runNode(build, root), runNode(bundling, cli)]);
  const folders = ["packages", "extensions", "apps"].map((folder) => `./${folder}/*`);
  const tarballs = await pnpmPack(folders, join(target, "packed"));
  const command = tarballs.get("@loong/cli") ?? "";
  tarballs.set(
    "@loong/cli",
    repack(command, join(target, "cli.tgz"), (directory) => {
      rmSync(join(directory, "dist"), { recursive: true, force: true });
      cpSync(bundle, join(directory, "dist"), { recursive: true });
    }),
  );
  return tarballs;
}

/** A compiler says what is wrong on stdout. */
async function runNode(words: readonly string[], cwd: string): Promise<void> {
  await run(process.execPath, [...words], { cwd }).catch(
    (error: { readonly message: string; readonly stdout: string }) => {
      throw new Error(`${error.message}\n${error.stdout}`, { cause: error });
    },
  );
}

/** Packs what is built of these packages: tarballs by package name. */
export async function pnpmPack(filters: readonly string[], target: string): Promise<Map<string, string>> {
  mkdirSync(target, { recursive: true });
  const [command, ...first] = pnpm();
  const chosen = filters.flatMap((filter) => ["--filter", filter]);
  const words = [...first, "-r", ...chosen, "pack", "--json", "--pack-destination", target];
  const { stdout } = await run(command, words, { cwd: root, maxBuffer: 64 * 1024 * 1024 });
  const packed = JSON.parse(stdout) as { readonly name: string; readonly filename: string }[];
  return new Map(packed.map(({ name, filename }) => [name, filename]));
}

/** The one that runs the tests, or else the one that npm has to find first, which takes seconds. */
function pnpm(): readonly [command: string, ...words: string[]] {
  const { npm_config_user_agent: agent = "", npm_execpath: running } = process.env;
  if (running !== undefined && agent.startsWith("pnpm/")) return [running];
  const { packageManager } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { packageManager: string };
  return ["npx", "--yes", packageManager];
}

/** The same package with other contents, as another tarball. */
export function repack(tarball: string, target: string, change: (directory: string) => void): string {
  const place = mkdtempSync(join(tmpdir(), "loong-repack-"));
  try {
    execFileSync("tar", ["-xzf", tarball, "-C", place]);
    change(join(place, "package"));
    execFileSync("tar", ["-czf", target, "-C", place, "package"]);
    return target;
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

/** The same package as its next release. */
export function asVersion(tarball: string, target: string, version: string): string {
  return repack(tarball, target, (directory) => {
    const file = join(directory, "package.json");
    const manifest = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
    writeFileSync(file, JSON.stringify({ ...manifest, version }));
  });
}
