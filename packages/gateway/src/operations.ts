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
  async function endedPart(id: string): Promise<OutboxPart | undefined> {
    const part = await journal.part(id);
    return part !== undefined && RETRYABLE.has(part.state) ? part : undefined;
  }

  return {
    async retry(id) {
      const part = await endedPart(id);
      if (part !== undefined) {
        const { error: _past, firstSentAtMs: _then, ...rest } = part;
        const again: OutboxPart = {
          ...rest,
          state: "pending",
          ambiguous: 0,
          createdAtMs: clock.now(),
          nextAtMs: clock.now(),
        };
        await journal.savePart(again);
        return delivery.add([again]);
      }
      const dead = await deadRow(journal, id);
      if (dead === undefined) throw gatewayErrors.GATEWAY_MESSAGE_UNKNOWN([id]);
      const { preview: _ended, ...row } = dead;
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
    },
    async drop(id) {
      const part = await endedPart(id);
      if (part === undefined) throw gatewayErrors.GATEWAY_MESSAGE_UNKNOWN([id]);
      await journal.savePart({ ...part, state: "dead", error: "dropped by the operator" });
    },
  };
}

async function deadRow(journal: Journal, id: string): Promise<InboxRow | undefined> {
  const rows = await journal.list({ box: "inbox", states: ["dead"], limit: LOOK_BACK });
  return rows.find((row) => String(row.seq) === id);
}
