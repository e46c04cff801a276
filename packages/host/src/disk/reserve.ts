import { existsSync, rmSync } from "node:fs";
import { open, rename, rm, statfs } from "node:fs/promises";
import { randomBytes } from "node:crypto";
import { dirname, join } from "node:path";
import type { StatePaths } from "@loong/config";
import type { Clock, GatewayLog, Timer } from "@loong/gateway";

const MIB = 1024 * 1024;
export const RESERVE_BYTES: number = 16 * MIB;
/** What must be left beside the reserve when it is made. */
const ROOM_BYTES = 48 * MIB;
const FIRST_AFTER_MS = 60_000;
const LOOK_EVERY_MS = 10_000;

/** Space that is given up when the disk is full, so that what was taken can be ended and old messages be deleted. */
export interface DiskReserve {
  /** It was given up, and there is no room yet to make it again. */
  readonly spent: boolean;
  /** Gives it up. `false` when there was none. */
  spend(): boolean;
  close(): void;
}

export interface DiskReserveOptions {
  readonly file: string;
  readonly clock: Clock;
  readonly log: GatewayLog;
  /** Bytes that may still be written to the disk of a folder. */
  readonly freeBytes?: (directory: string) => Promise<number>;
}

export function reserveFileOf({ journalFile }: Pick<StatePaths, "journalFile">): string {
  return join(dirname(journalFile), "reserve");
}

/** Makes the reserve a minute after the start, and again once there is room. */
export function keepDiskReserve({ file, clock, log, freeBytes = freeOf }: DiskReserveOptions): DiskReserve {
  let spent = false;
  let closed = false;
  let timer: Timer = clock.setTimer(FIRST_AFTER_MS, look);

  function look(): void {
    void keep().finally(() => {
      if (!closed) timer = clock.setTimer(LOOK_EVERY_MS, look);
    });
  }

  async function keep(): Promise<void> {
    if (existsSync(file)) return;
    try {
      if ((await freeBytes(dirname(file))) < RESERVE_BYTES + ROOM_BYTES) return;
      await write(file);
    } catch (error) {
      return log.debug("the disk reserve could not be made", { error: String(error) });
    }
    if (spent) log.info("there is room on the disk again: messages are taken");
    spent = false;
  }

  return {
    get spent() {
      return spent;
    },
    spend() {
      if (!existsSync(file)) return false;
      rmSync(file, { force: true });
      spent = true;
      return true;
    },
    close() {
      closed = true;
      timer.cancel();
    },
  };
}

async function freeOf(directory: string): Promise<number> {
  const { bavail, bsize } = await statfs(directory);
  return bavail * bsize;
}

/** Random bytes: a file system that packs or leaves out zeros would reserve nothing. */
async function write(file: string): Promise<void> {
  const draft = `${file}.partial`;
  try {
    const handle = await open(draft, "w", 0o600);
    try {
      for (let written = 0; written < RESERVE_BYTES; written += MIB) await handle.write(randomBytes(MIB));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
