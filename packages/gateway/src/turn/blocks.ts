import type { Delivery } from "../delivery/deliver.ts";
import { describe } from "../delivery/outcome.ts";
import { type Destination, planParts } from "../delivery/plan.ts";
import type { AccountFacts, InboxRow, Ports } from "../ports.ts";
import type { Streaming } from "./streaming.ts";

/** A shorter block waits for the next paragraph. */
const MIN_BLOCK_CHARS = 300;
/** The least time between two blocks: a room is not flooded with messages. */
const MIN_PAUSE_MS = 2_000;

/** The first part of an answer that was said in blocks. When it exists, the answer cannot begin again. */
export const firstBlockId = (seq: number): string => `b${seq}-0:0`;

/** Says the answer paragraph by paragraph. Each block is stored and delivered as any message is. */
export function sayInBlocks(
  { clock, journal, log }: Ports,
  row: InboxRow,
  facts: AccountFacts,
  destination: Destination,
  delivery: Delivery,
): Streaming {
  let saidLength = 0;
  let blocks = 0;
  let nextAtMs = 0;
  let ended = false;
  let underWay: Promise<void> | undefined;

  async function say(block: string): Promise<void> {
    const nowMs = clock.now();
    const content = { type: "markdown", markdown: block.trim() } as const;
    const base = `b${row.seq}-${blocks}`;
    const parts = planParts(base, "reply", destination, content, facts.text, journal.instanceKey, nowMs);
    try {
      await journal.enqueue(parts);
    } catch (error) {
      log.warn("a block of an answer could not be stored, so it waits", { lane: row.lane, error: describe(error) });
      return;
    }
    saidLength += block.length;
    blocks += 1;
    delivery.add(parts);
  }

  return {
    show(answer) {
      if (ended || underWay !== undefined || clock.now() < nextAtMs) return;
      const block = answer.slice(saidLength, saidLength + endOfBlock(answer.slice(saidLength)));
      if (block.trim() === "") return;
      nextAtMs = clock.now() + MIN_PAUSE_MS;
      underWay = say(block).finally(() => (underWay = undefined));
    },
    async end() {
      ended = true;
      await underWay;
      return { saidLength, ...(row.preview === undefined ? {} : { preview: row.preview }) };
    },
  };
}

/** Where the last paragraph that is long enough and whole ends; 0 when there is none. Code fences are never cut. */
export function endOfBlock(text: string): number {
  let end = 0;
  let at = 0;
  let fence = "";
  for (const line of text.split("\n")) {
    at += line.length + 1;
    const marks = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1] ?? "";
    if (fence === "") fence = marks;
    else if (marks.startsWith(fence)) fence = "";
    if (fence === "" && line.trim() === "" && at <= text.length && at >= MIN_BLOCK_CHARS) end = at;
  }
  return end;
}
