import type { GatewayLog, Journal } from "@loong/gateway";
import { isLoongError } from "@loong/sdk";
import { diskErrors } from "./errors.ts";
import type { DiskReserve } from "./reserve.ts";

/**
 * A journal that gives up the reserve when its disk is full. From then on it ends what it has and takes nothing more, until
 * there is a reserve again: the platforms keep what is not taken.
 *
 * @param gaveUp - Told each time the reserve was given up.
 */
export function withReserve(
  journal: Journal,
  reserve: Pick<DiskReserve, "spent" | "spend">,
  log: Pick<GatewayLog, "error">,
  gaveUp: () => void,
): Journal {
  function watched<A extends readonly unknown[], T>(write: (...given: A) => Promise<T>): (...given: A) => Promise<T> {
    return async (...given) => {
      try {
        return await write(...given);
      } catch (error) {
        if (isLoongError(error) && error.code === "JOURNAL_FULL" && reserve.spend()) {
          const { message, hint } = diskErrors.HOST_DISK_FULL([]);
          log.error(`${message} ${hint}`);
          gaveUp();
        }
        throw error;
      }
    };
  }
  const accept = watched(journal.accept);
  return {
    ...journal,
    accept: (batch) => (reserve.spent ? Promise.reject(diskErrors.HOST_DISK_FULL([])) : accept(batch)),
    startTurn: watched(journal.startTurn),
    settleTurn: watched(journal.settleTurn),
    savePreview: watched(journal.savePreview),
    enqueue: watched(journal.enqueue),
    savePart: watched(journal.savePart),
    resetConversation: watched(journal.resetConversation),
    settlePairing: watched(journal.settlePairing),
    prune: watched(journal.prune),
  };
}
