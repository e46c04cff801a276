import { execFile } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { root } from "../../../scripts/workspace.ts";
import { repack } from "./published.ts";

const run = promisify(execFile);

/** What an author's package needs of Loong, each after what it is made of. */
const KIT = ["sdk", "emulator-kit", "guards", "gateway", "testkit"] as const;

/**
 * The packages of authors as they would be published, built beside the workspace so that nobody is disturbed who
 * builds there.
 *
 * @returns paths of tarballs.
 */
export async function packKit(target: string): Promise<readonly string[]> {
  const compiled = join(target, "compiled");
  for (const name of KIT) writeProject(compiled, name);
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const ends = ["testkit", "emulator-kit", "guards"].map((name) => join(compiled, name));
  await run(process.execPath, [tsc, "-b", ...ends]);
  const packed = await pnpmPack(join(target, "packed"));
  return KIT.map((name) =>
    repack(packed.get(`@loong/${name}`) ?? "", join(target, `${name}.tgz`), (directory) => {
      rmSync(join(directory, "dist"), { recursive: true, force: true });
      cpSync(join(compiled, name, "dist"), join(directory, "dist"), { recursive: true });
    }),
  );
}

/** The package's own settings with another place to write to. */
function writeProject(compiled: string, name: (typeof KIT)[number]): void {
  const source = join(root, "packages", name);
  const directory = join(compiled, name);
  const { references = [] } = JSON.parse(readFileSync(join(source, "tsconfig.json"), "utf8")) as {
    references?: readonly { path: string }[];
  };
  mkdirSync(directory, { recursive: true });
  const settings = {
    extends: join(source, "tsconfig.json"),
    compilerOptions: {
      rootDir: join(source, "src"),
      outDir: join(directory, "dist"),
      tsBuildInfoFile: join(directory, ".tsbuildinfo"),
      typeRoots: [join(root, "node_modules/@types")],
    },
    include: [join(source, "src")],
    exclude: [join(source, "src/**/*.test.ts")],
    references: references.map(({ path }) => ({ path: join(compiled, path.split("/").at(-1) ?? "") })),
  };
  writeFileSync(join(directory, "tsconfig.json"), JSON.stringify(settings));
}

async function pnpmPack(target: string): Promise<ReadonlyMap<string, string>> {
  mkdirSync(target, { recursive: true });
  const { packageManager } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { packageManager: string };
  const filters = KIT.flatMap((name) => ["--filter", `@loong/${name}`]);
  const words = ["--yes", packageManager, "-r", ...filters, "pack", "--json", "--pack-destination", target];
  const { stdout } = await run("npx", words, { cwd: root });
  const packed = JSON.parse(stdout) as readonly { readonly name: string; readonly filename: string }[];
  return new Map(packed.map(({ name, filename }) => [name, filename]));
}

/** `npm install` as an author does it, with the tarballs in the place of a registry that has this release. */
export async function npmInstall(directory: string, tarballs: readonly string[]): Promise<void> {
  const options = ["--no-save", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"];
  await run("npm", ["install", ...options, ...tarballs], { cwd: directory });
}

/** What is installed for one package, also for another that needs nothing else. */
export function shareInstalled(from: string, to: string): void {
  symlinkSync(join(from, "node_modules"), join(to, "node_modules"));
}
