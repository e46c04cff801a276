import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { copyFile, lstat, mkdir, realpath, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { FetchedMedia, MediaFetch, OutboundMessage } from "@loong/sdk";
import { isolationErrors } from "./errors.ts";

/** A message whose file lies where the plugin may read it, until it is disposed of. */
export interface LentMessage extends AsyncDisposable {
  readonly message: OutboundMessage;
}

/** @throws ISOLATION_FILE_UNREADABLE */
export async function lendFiles(message: OutboundMessage, home: string): Promise<LentMessage> {
  const { content } = message;
  if (content.type !== "image" && content.type !== "file") {
    return { message, [Symbol.asyncDispose]: async () => undefined };
  }
  const { file } = content;
  const folder = await freshFolder(home);
  const path = join(folder, basename(file.path));
  try {
    await copyFile(file.path, path, constants.COPYFILE_FICLONE);
  } catch (cause) {
    await rm(folder, { recursive: true, force: true });
    const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw isolationErrors.ISOLATION_FILE_UNREADABLE([file.path, reason], { cause });
  }
  return {
    message: { ...message, content: { ...content, file: { ...file, path } } },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

/**
 * Lets the plugin fetch into a folder of its own, and moves what it fetched to where it was wanted.
 *
 * @throws ISOLATION_MEDIA_REFUSED when it is no file of its own, or a larger one than was asked for.
 */
export async function fetchInto(
  options: MediaFetch,
  home: string,
  fetch: (options: MediaFetch) => Promise<FetchedMedia>,
): Promise<FetchedMedia> {
  const folder = await freshFolder(home);
  try {
    const fetched = await fetch({ ...options, directory: folder });
    const sizeBytes = await sizeOfOwn(fetched.path, folder, options.maxBytes);
    const path = join(options.directory, basename(fetched.path));
    await mkdir(options.directory, { recursive: true, mode: 0o700 });
    await copyFile(fetched.path, path, constants.COPYFILE_FICLONE);
    return { ...fetched, path, sizeBytes };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function sizeOfOwn(path: string, folder: string, maxBytes: number): Promise<number> {
  const refuse = (fault: string) => isolationErrors.ISOLATION_MEDIA_REFUSED([fault]);
  const stats = await lstat(path).catch(() => undefined);
  if (stats?.isFile() !== true) throw refuse("it is not there, or no plain file");
  if (dirname(await realpath(path)) !== (await realpath(folder))) throw refuse("it lies outside its folder");
  if (stats.size > maxBytes) throw refuse(`it has ${stats.size} bytes, where ${maxBytes} are allowed`);
  return stats.size;
}

async function freshFolder(home: string): Promise<string> {
  const folder = join(home, ".files", randomUUID());
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return folder;
}
