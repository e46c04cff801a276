import { chmodSync } from "node:fs";
import { dirname } from "node:path";
import type { StatePaths } from "@loong/config";
import { hostErrors } from "../errors.ts";
import { ensurePrivateDirectory } from "../private-directory.ts";
import { noFacts, type OwnerFacts } from "./facts.ts";
import { readFacts, writeFacts } from "./file.ts";
import { type Lock, takeLock } from "./lock.ts";

export type OwnerPaths = Pick<StatePaths, "lockFile" | "ownerFile">;

/** The right to run the gateway of one state directory. Ends with `release` or with the process, however it dies. */
export interface Ownership {
  readonly facts: OwnerFacts;
  /** What the owner before this one wrote last. `undefined`: there was none. */
  readonly last: OwnerFacts | undefined;
  /** Replaces some facts. Calls made while one is being written share the next write. */
  update(facts: Partial<OwnerFacts>): Promise<void>;
  /** Writes the last facts (`phase: "stopped"` if not given) and gives the lock back. A second call does nothing. */
  release(facts?: Partial<OwnerFacts>): Promise<void>;
}

/**
 * Makes this process the one gateway of its state directory.
 *
 * @param facts - What is known at the start; `phase` is `starting` and `pid` this process if not given.
 * @throws GATEWAY_ALREADY_RUNNING within a second when another process is the owner; the command exits with 78 then.
 * @throws GATEWAY_LOCK_UNUSABLE, HOST_DIRECTORY_UNSAFE when the disk does not allow a lock.
 */
export async function takeOwnership(paths: OwnerPaths, facts: Partial<OwnerFacts>): Promise<Ownership> {
  ensurePrivateDirectory(dirname(paths.lockFile));
  const lock = await lockOrThrow(paths);
  try {
    return await own(paths.ownerFile, lock, { ...noFacts("starting"), pid: process.pid, ...facts });
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function lockOrThrow(paths: OwnerPaths): Promise<Lock> {
  const lock = await takeLock(paths.lockFile).catch((cause: unknown) => {
    throw hostErrors.GATEWAY_LOCK_UNUSABLE([paths.lockFile, (cause as Error).message], { cause });
  });
  if (lock !== undefined) {
    chmodSync(paths.lockFile, 0o600);
    return lock;
  }
  const owner = readFacts(paths.ownerFile);
  throw hostErrors.GATEWAY_ALREADY_RUNNING([owner?.pid ?? undefined, owner?.configPath ?? undefined]);
}

async function own(file: string, lock: Lock, initial: OwnerFacts): Promise<Ownership> {
  const last = readFacts(file);
  let facts = initial;
  let released = false;
  let queued: Promise<void> | undefined;
  let writing: Promise<void> = writeFacts(file, facts);
  await writing;

  function update(change: Partial<OwnerFacts>): Promise<void> {
    facts = { ...facts, ...change };
    queued ??= writing
      .catch(() => undefined)
      .then(() => {
        queued = undefined;
        writing = writeFacts(file, facts);
        return writing;
      });
    return queued;
  }

  return {
    last,
    get facts() {
      return facts;
    },
    update: async (change) => {
      if (!released) await update(change);
    },
    release: async (change = {}) => {
      if (released) return;
      released = true;
      try {
        await update({ phase: "stopped", ...change });
      } finally {
        lock.release();
      }
    },
  };
}
