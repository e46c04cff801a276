import type { InboxState, OutboxState, TurnSettlement } from "@loong/gateway";
import { journalErrors } from "./errors.ts";

export const INBOX_STATES = ["new", "running", "done", "denied", "dead"] as const satisfies readonly InboxState[];
export const OUTBOX_STATES = [
  "pending",
  "sending",
  "sent",
  "unknown",
  "dead",
  "rejected",
] as const satisfies readonly OutboxState[];

export function isOpenInbox(state: InboxState): boolean {
  return state === "new" || state === "running";
}

export function isOpenOutbox(state: OutboxState): boolean {
  return state === "pending" || state === "sending";
}

/** @throws JOURNAL_STATE unless the row waits for a turn. */
export function checkStart(seq: number, from: InboxState): void {
  if (from !== "new") throw journalErrors.JOURNAL_STATE([`Inbox row ${seq}`, from, "running"]);
}

/**
 * An open row may end or go back. A dead one may be given back by an operator: then it begins anew, with no attempts and
 * no crashes.
 *
 * @throws JOURNAL_STATE for every other change, JOURNAL_BODY_GONE when there is nothing left to try again with.
 */
export function checkSettle(seq: number, from: InboxState, to: TurnSettlement["state"], scrubbed: boolean): void {
  const retried = from === "dead" && to === "new";
  if (!isOpenInbox(from) && !retried) throw journalErrors.JOURNAL_STATE([`Inbox row ${seq}`, from, to]);
  if (retried && scrubbed) throw journalErrors.JOURNAL_BODY_GONE([`inbox row ${seq}`]);
}

/** @throws JOURNAL_STATE unless a turn runs for the row. */
export function checkPreview(seq: number, from: InboxState): void {
  if (from !== "running") throw journalErrors.JOURNAL_STATE([`Inbox row ${seq}`, from, "running with a preview"]);
}

/** @throws JOURNAL_INVALID for a time that a column of whole milliseconds cannot hold. */
export function checkWholeMs(timeMs: number): void {
  if (!Number.isSafeInteger(timeMs))
    throw journalErrors.JOURNAL_INVALID([`${timeMs} is no whole number of milliseconds`]);
}

/** @throws JOURNAL_BODY_GONE when a part without its content would be sent again. */
export function checkSave(id: string, to: OutboxState, scrubbed: boolean): void {
  if (scrubbed && isOpenOutbox(to)) throw journalErrors.JOURNAL_BODY_GONE([`message ${id}`]);
}
