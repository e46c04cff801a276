import { readdir, readFile } from "node:fs/promises";
import { join, sep } from "node:path";
import { type JsonObject, merged } from "./package-json.ts";
import type { Transport } from "./transports.ts";

/** Texts by their path in the new package, with slashes. */
export type Files = ReadonlyMap<string, string>;

/** Folders laid over each other: a file of a later one takes the place of the same file before. */
const LAYERS: Readonly<Record<Transport, readonly string[]>> = {
  "push-webhook": ["base", "serving", "push-webhook"],
  poll: ["base", "serving", "poll"],
  websocket: ["base", "serving", "websocket"],
  "outbound-only": ["base", "outbound-only"],
};

/** npm leaves out the one and would obey the other, so they wait here under plain names. */
const DOTTED = /^(?:gitignore|github)(?=\/|$)/u;

const PACKAGE_JSON = "package.json";

/**
 * The channel of the made-up platform that every new channel begins as.
 *
 * @param directory - Where the layers are.
 */
export async function readTemplate(directory: string, transport: Transport): Promise<Files> {
  const files = new Map<string, string>();
  for (const layer of LAYERS[transport])
    for (const [path, text] of await readLayer(join(directory, layer)))
      files.set(path, path === PACKAGE_JSON ? mergedText(files.get(path), text) : text);
  return files;
}

async function readLayer(root: string): Promise<Files> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = new Map<string, string>();
  for (const entry of entries.filter((each) => each.isFile())) {
    const path = join(entry.parentPath, entry.name);
    const inPackage = path.slice(root.length + 1).replaceAll(sep, "/");
    files.set(inPackage.replace(DOTTED, ".$&"), await readFile(path, "utf8"));
  }
  return files;
}

function mergedText(below: string | undefined, above: string): string {
  if (below === undefined) return above;
  return JSON.stringify(merged(JSON.parse(below) as JsonObject, JSON.parse(above) as JsonObject));
}
