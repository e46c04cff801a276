import { spawn } from "node:child_process";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";
import type { Manifest } from "@loong/sdk";
import type { Cli } from "../cli-context.ts";
import { cliErrors } from "../errors.ts";
import type { PackageFolder } from "./package-folder.ts";

const TIME_LIMIT_MS = 20_000;

/** Runs in the package's folder: the sdk is the one that the package is built with, and so is the contract's range. */
const SCRIPT = `
const [, entry, sdk] = process.argv;
const { manifestOf } = await import(sdk);
const { default: plugin } = await import(entry);
if (typeof plugin?.open !== "function") throw new Error("its default export is not what defineChannel or defineAgent gives");
process.send(manifestOf(plugin), () => process.exit());
`;

/**
 * The `loong` block as the package's code makes it, in a process of its own: whatever the code does, it does not do here.
 *
 * @throws CLI_PLUGIN_CODE
 */
export async function manifestOfCode({ self, env }: Cli, { directory, packageJson }: PackageFolder): Promise<Manifest> {
  const [node, ...words] = self().command;
  const flags = words.slice(0, -1).filter((word) => word.startsWith("--conditions"));
  const script = ["--input-type=module", "--eval", SCRIPT, entryOf(directory, packageJson), "@loong/sdk"];
  const child = spawn(node, [...flags, ...script], {
    cwd: directory,
    env,
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    timeout: TIME_LIMIT_MS,
    killSignal: "SIGKILL",
  });
  const { promise, resolve } = Promise.withResolvers<Manifest | undefined>();
  child.on("message", (manifest) => resolve(manifest as Manifest));
  child.on("close", () => resolve(undefined));
  const complaint = child.stderr === null ? Promise.resolve("") : text(child.stderr);
  const manifest = await promise;
  if (manifest !== undefined) return manifest;
  const isLate = child.signalCode === "SIGKILL";
  const reason = isLate ? `it was not loaded after ${TIME_LIMIT_MS} ms` : reasonIn(await complaint);
  throw cliErrors.CLI_PLUGIN_CODE([packageJson.name, reason]);
}

/** By its name, as others import it; a package without `exports` cannot be named from inside. */
function entryOf(directory: string, { name, main = "index.js", exports }: PackageFolder["packageJson"]): string {
  return exports === undefined ? pathToFileURL(join(directory, main)).href : name;
}

/** The line with the error itself, of all that Node prints around it. */
function reasonIn(complaint: string): string {
  const lines = complaint.split("\n").map((line) => line.trim());
  return lines.find((line) => /^(?:\w*Error\b|\w+: )/u.test(line)) ?? lines.find((line) => line !== "") ?? "it ended";
}
