import type { StreamingMode } from "@loong/sdk";
import type { Delivery } from "../delivery/deliver.ts";
import type { Destination } from "../delivery/plan.ts";
import type { AccountFacts, InboxRow, Ports } from "../ports.ts";
import { sayInBlocks } from "./blocks.ts";
import { showPreview } from "./preview.ts";

/** Shows an answer while it is written. Nothing here is the answer: what was not said as a block is still to be said. */
export interface Streaming {
  /** The whole answer so far. Never waits, never throws. */
  show(answer: string): void;
  /** Waits for what is under way. Nothing is shown any more. */
  end(): Promise<Shown>;
}

/** What the room shows of an answer when its writing ends. */
export interface Shown {
  /** The message that the answer takes the place of. */
  readonly preview?: string;
  /** Characters of the answer that were said as messages of their own. */
  readonly saidLength: number;
}

/** Chooses how this row's answer is shown: as the operator said, and as the channel can. */
export function startStreaming(
  ports: Ports,
  row: InboxRow,
  facts: AccountFacts,
  destination: Destination,
  delivery: Delivery,
): Streaming {
  const feature = ports.channels.stream(row.channel, row.account);
  switch (shape(facts.streaming, feature !== undefined)) {
    case "off":
      return showNothing(row);
    case "block":
      return sayInBlocks(ports, row, facts, destination, delivery);
    case "live":
      return feature === undefined ? showNothing(row) : showPreview(ports, feature, row, delivery);
  }
}

/** An earlier attempt may have shown something all the same. */
function showNothing({ preview }: InboxRow): Streaming {
  const shown: Shown = { saidLength: 0, ...(preview === undefined ? {} : { preview }) };
  return { show: () => {}, end: () => Promise.resolve(shown) };
}

/** Whether answers of this account are said in blocks, which cannot be taken back. */
export function saysInBlocks({ channels }: Ports, row: InboxRow, facts: AccountFacts): boolean {
  return shape(facts.streaming, channels.stream(row.channel, row.account) !== undefined) === "block";
}

function shape(mode: StreamingMode, canPreview: boolean): "off" | "block" | "live" {
  if (mode === "off" || mode === "block") return mode;
  if (canPreview) return "live";
  return mode === "live" ? "block" : "off";
}
