import type { Delivery } from "./delivery/deliver.ts";
import { gatewayErrors } from "./errors.ts";
import type { InboxRow, Journal, OutboxPart, OutboxState, Ports } from "./ports.ts";

/** What an operator does with messages that did not end well. */
export interface Operations {
  /** Runs a dead message again, or sends an unknown, dead or rejected part again. @throws GATEWAY_MESSAGE_UNKNOWN */
  retry(id: string): Promise<void>;
  /** Ends a part for good: it is never sent. @throws GATEWAY_MESSAGE_UNKNOWN */
  drop(id: string): Promise<void>;
}

const RETRYABLE: ReadonlySet<OutboxState> = new Set(["unknown", "dead", "rejected"]);
const LOOK_BACK = 10_000;

export function createOperations(
  { clock, journal }: Ports,
  delivery: Delivery,
  requeue: (row: InboxRow) => void,
): Operations {
  let last: Promise<void> = Promise.resolve();

  /** One decision after another: each is about how the one before left things, though two are made at once. */
  function inOrder(decide: () => Promise<void>): Promise<void> {
    const decided = last.then(decide);
    last = decided.catch(() => {});
    return decided;
  }

  async function endedPart(id: string): Promise<OutboxPart | undefined> {
    const part = await journal.part(id);
    return part !== undefined && RETRYABLE.has(part.state) ? part : undefined;
  }

  async function retry(id: string): Promise<void> {
    const part = await endedPart(id);
    if (part !== undefined) return sendAgain(part);
    const row = await deadRow(journal, id);
    if (row !== undefined) return runAgain(row);
    throw gatewayErrors.GATEWAY_MESSAGE_UNKNOWN([id]);
  }

  async function sendAgain({ error: _past, firstSentAtMs: _then, ...part }: OutboxPart): Promise<void> {
    const nowMs = clock.now();
    const again: OutboxPart = { ...part, state: "pending", ambiguous: 0, createdAtMs: nowMs, nextAtMs: nowMs };
    await journal.savePart(again);
    delivery.add([again]);
  }

  async function runAgain({ preview: _ended, ...row }: InboxRow): Promise<void> {
    const nowMs = clock.now();
    await journal.settleTurn({
      seq: row.seq,
      state: "new",
      nextAtMs: nowMs,
      conversationKey: row.lane,
      transcript: [],
      parts: [],
      nowMs,
    });
    requeue({ ...row, state: "new", attempts: 0, crashes: 0, nextAtMs: nowMs });
  }

  async function drop(id: string): Promise<void> {
    const part = await endedPart(id);
    if (part === undefined) throw gatewayErrors.GATEWAY_MESSAGE_UNKNOWN([id]);
    await journal.savePart({ ...part, state: "dead", error: "dropped by the operator" });
  }

  return { retry: (id) => inOrder(() => retry(id)), drop: (id) => inOrder(() => drop(id)) };
}

async function deadRow(journal: Journal, id: string): Promise<InboxRow | undefined> {
  const rows = await journal.list({ box: "inbox", states: ["dead"], limit: LOOK_BACK });
  return rows.find((row) => String(row.seq) === id);
}
