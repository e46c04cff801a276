import type { Journal } from "@loong/gateway";
import type { Dice } from "./dice.ts";

/**
 * Makes an empty store and gives what opens it; each call after the first is a restart. A journal that works on takes one
 * turn of the event loop for each call at most: longer ones would make virtual time depend on the machine.
 */
export type NewStore = (instanceKey: Uint8Array) => () => Journal | Promise<Journal>;

/** One transaction, as something that can be done again. */
export type Transaction<T> = (journal: Journal) => Promise<T>;

/**
 * What outlives a process: a log of transactions, written one after another. A process that dies loses none of them; a
 * machine that loses its power keeps those that were synced, and of the others as many as had reached the platter.
 */
export interface Disk {
  /** A process starts. The journals given before are fenced off. */
  open(): Promise<Journal>;
  write<T>(journal: Journal, transaction: Transaction<T>): Promise<T>;
  /** What is written is there to stay. */
  sync(): void;
  /** Cuts the log behind a random transaction that was not synced; the torn one after it counts as not written. */
  losePower(dice: Dice): void;
}

export function createDisk(newStore: NewStore, instanceKey: Uint8Array): Disk {
  const log: Transaction<unknown>[] = [];
  let store = newStore(instanceKey);
  let synced = 0;
  let isStale = false;

  /** The store after a loss of power: what the log still holds, done again. */
  async function restore(): Promise<void> {
    store = newStore(instanceKey);
    isStale = false;
    const journal = await store();
    for (const transaction of log) await transaction(journal);
  }

  return {
    async open() {
      if (isStale) await restore();
      return store();
    },
    async write(journal, transaction) {
      const result = await transaction(journal);
      log.push(transaction);
      return result;
    },
    sync() {
      synced = log.length;
    },
    losePower(dice) {
      log.length = dice.between(synced, log.length);
      synced = log.length;
      isStale = true;
    },
  };
}
