import type { Acceptance, Inbound, InboundEvent, LinkState } from "@loong/sdk";
import { eventually } from "../checks/waiting.ts";

/** What the gateway does with events: takes them, lets the channel wait, or fails to store them. */
export type Gate = "accept" | "hold" | "refuse";

/** What a channel has handed over and said, and what the gateway does about it. */
export interface GatewayEnd {
  /** Every event handed over and not refused, duplicates included, in order. */
  readonly events: readonly InboundEvent[];
  readonly states: readonly LinkState[];
  /** Events handed over so far, whatever became of them. */
  offered(): number;
  /** The one that was stored last. */
  cursor(): string | undefined;
  /** Lets what is held go on when it is set to `accept`. */
  setGate(gate: Gate): void;
  /** The first event whose text holds `words`, as soon as it is there. */
  event(words: string): Promise<InboundEvent>;
}

/**
 * Deduplicates as the core does; keeps the cursor with the events.
 *
 * @param cursor - What was stored by an earlier process.
 */
export function createGatewayEnd(cursor?: string): GatewayEnd & { readonly inbound: Inbound } {
  const events: InboundEvent[] = [];
  const states: LinkState[] = [];
  const known = new Set<string>();
  let gate: Gate = "accept";
  let release = () => {};
  let offered = 0;
  let stored = cursor;

  async function pass(): Promise<void> {
    while (gate === "hold") await new Promise<void>((resolve) => (release = resolve));
    if (gate === "refuse") throw new Error("the test stores nothing now");
  }

  function store(event: InboundEvent): Acceptance {
    events.push(event);
    const keys = [`event ${event.eventId}`, `message ${event.messageId}`];
    const duplicate = keys.some((key) => known.has(key));
    for (const key of keys) known.add(key);
    return duplicate ? "duplicate" : "stored";
  }

  return {
    events,
    states,
    inbound: {
      async accept(batch, next) {
        offered += batch.length;
        await pass();
        stored = next ?? stored;
        return batch.map(store);
      },
      cursor: async () => stored,
      report: (state) => void states.push(state),
    },
    offered: () => offered,
    cursor: () => stored,
    setGate(next) {
      gate = next;
      release();
    },
    event: (words) => eventually(`an event with "${words}"`, () => events.find(({ text }) => text.includes(words))),
  };
}
