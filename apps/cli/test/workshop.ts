import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { layInstalled, packKit, shareInstalled } from "./kit.ts";
import { type Ended, loong } from "./loong.ts";

/** How messages of a new channel may come in; the first needs a library more than the others. */
export const TRANSPORTS = ["websocket", "poll", "push-webhook", "outbound-only"] as const;
export type Transport = (typeof TRANSPORTS)[number];

/** A package that a test may spoil. */
export interface Piece {
  readonly directory: string;
  /** Changes one file; fails when there is nothing to change. */
  edit(file: string, from: string | RegExp, to: string): Promise<void>;
}

/** An author's folder, with a new channel for each transport, installed. */
export interface Workshop {
  readonly place: string;
  /** Tarballs of what an author's package needs of Loong. */
  readonly kit: readonly string[];
  /** The folder of the package `@acme/loong-<transport>`, whose channel is called as its transport. */
  made(transport: Transport): string;
  copyOf(transport: Transport): Promise<Piece>;
  /** Runs the command. */
  author(...words: readonly string[]): Promise<Ended>;
  close(): Promise<void>;
}

/** @param transports - The first one's packages are installed, and serve the others too. */
export async function openWorkshop(transports: readonly [Transport, ...Transport[]]): Promise<Workshop> {
  const place = await mkdtemp(join(tmpdir(), "loong-workshop-"));
  const made = (transport: Transport) => join(place, `acme-${transport}`);
  const author = (...words: readonly string[]) => loong(place, words);
  const packing = packKit(join(place, "kit"));
  const [first, ...others] = transports;
  for (const transport of transports) {
    const names = [`@acme/loong-${transport}`, "--id", transport, "--label", "Team Chat 团队"];
    const how = ["--transport", transport, "--directory", made(transport), "--yes"];
    const { exitCode, stderr } = await author("plugins", "create", ...names, ...how);
    if (exitCode !== 0) throw new Error(stderr);
  }
  const kit = await packing;
  layInstalled(made(first), kit);
  for (const other of others) shareInstalled(made(first), made(other));

  async function copyOf(transport: Transport): Promise<Piece> {
    const directory = await mkdtemp(join(place, "copy-"));
    await cp(made(transport), directory, { recursive: true, filter: (path) => !/node_modules|\.tgz$/u.test(path) });
    shareInstalled(made(first), directory);
    return { directory, edit: (file, from, to) => edit(join(directory, file), from, to) };
  }

  return { place, kit, made, author, copyOf, close: () => rm(place, { recursive: true, force: true }) };
}

async function edit(file: string, from: string | RegExp, to: string): Promise<void> {
  const before = await readFile(file, "utf8");
  const after = before.replace(from, to);
  if (after === before) throw new Error(`${file} has no ${String(from)}`);
  await writeFile(file, after);
}
