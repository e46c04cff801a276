import { execFile, execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { root } from "../../../scripts/workspace.ts";
import { pnpmPack, repack } from "./published.ts";

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
  const names = KIT.map((name) => `@loong/${name}`);
  const packed = await pnpmPack(names, join(target, "packed"));
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

/** What `npm install` would lay there: the kit from its tarballs, and of all others what the workspace has. */
export function layInstalled(directory: string, tarballs: readonly string[]): void {
  const modules = join(directory, "node_modules");
  for (const [index, name] of KIT.entries()) {
    const target = join(modules, "@loong", name);
    mkdirSync(target, { recursive: true });
    execFileSync("tar", ["-xzf", tarballs[index] ?? "", "-C", target, "--strip-components=1"]);
  }
  for (const name of [".bin", ...neededBy(directory)]) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(join(root, "node_modules", name), join(modules, name));
  }
}

/** Packages of others. */
function neededBy(directory: string): readonly string[] {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(directory, "package.json"), "utf8")) as {
    readonly [field in "dependencies" | "devDependencies"]: Readonly<Record<string, string>>;
  };
  return Object.keys({ ...dependencies, ...devDependencies }).filter((name) => !name.startsWith("@loong/"));
}

/** What is installed for one package, also for another that needs nothing else. */
export function shareInstalled(from: string, to: string): void {
  symlinkSync(join(from, "node_modules"), join(to, "node_modules"));
}
