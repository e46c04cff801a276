import { execFileSync } from "node:child_process";

/** Packs the package in `directory` into the folder `target`, as it would be published, and gives the tarball's path. */
export function pack(directory: string, target: string): string {
  const out = execFileSync("pnpm", ["pack", "--json", "--pack-destination", target], {
    cwd: directory,
    encoding: "utf8",
  });
  const answer = JSON.parse(out) as { filename: string } | { filename: string }[];
  return Array.isArray(answer) ? (answer[0]?.filename ?? "") : answer.filename;
}

/** Every file of a tarball, by its path in the package. */
export function filesIn(tarball: string): readonly string[] {
  return execFileSync("tar", ["-tzf", tarball], { encoding: "utf8" })
    .split("\n")
    .filter(Boolean)
    .map((file) => file.replace(/^package\//, ""));
}

export function readFrom(tarball: string, file: string): string {
  return execFileSync("tar", ["-xzOf", tarball, `package/${file}`], { encoding: "utf8" });
}
