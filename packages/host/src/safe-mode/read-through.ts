import type { GatewayLog } from "@loong/gateway";
import type { SqliteJournal } from "@loong/journal/sqlite";
import type { LoongError } from "@loong/sdk";
import { safeModeErrors } from "./errors.ts";

/** Reads a journal that was too large to be read before the start; what it finds to be damaged must not be used. */
export function readThrough(options: {
  readonly journal: Pick<SqliteJournal, "check">;
  readonly log: Pick<GatewayLog, "warn">;
  readonly damaged: (reason: LoongError) => void;
}): { close(): void } {
  const { journal, log, damaged } = options;
  const closing = new AbortController();
  journal.check(closing.signal).then(
    (found) => found && damaged(safeModeErrors.HOST_JOURNAL_DAMAGED([found.message])),
    (error: unknown) => {
      if (!closing.signal.aborted) log.warn("the journal was not read through", { error: String(error) });
    },
  );
  return { close: () => closing.abort() };
}
