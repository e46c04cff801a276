import type { TranscriptEntry } from "@loong/sdk";
import type { OutboxPart, TurnSettlement } from "../ports.ts";
import { notices } from "./notices.ts";
import type { Shown } from "./streaming.ts";

/** What came of one attempt: how its row ends, and what is still to be said. */
export interface Outcome {
  readonly state: TurnSettlement["state"];
  readonly nextAtMs?: number;
  readonly error?: string;
  readonly transcript?: readonly TranscriptEntry[];
  readonly words?: Words;
  /** What the room shows in place of the words to come. */
  readonly preview?: string;
}

interface Words {
  readonly kind: OutboxPart["kind"];
  readonly markdown: string;
}

/** What was said in blocks is not said again, and an answer that has begun in blocks does not begin again. */
export function afterShowing(outcome: Outcome, { saidLength, preview }: Shown): Outcome {
  const rest: Outcome = preview === undefined ? outcome : { ...outcome, preview };
  if (saidLength === 0) return rest;
  if (outcome.state === "new") return interrupted(outcome.error ?? "the gateway was stopped");
  const { words, ...ended } = rest;
  if (words?.kind !== "reply") return rest;
  const markdown = words.markdown.slice(saidLength).trim();
  return markdown === "" ? ended : { ...ended, words: { kind: "reply", markdown } };
}

export function interrupted(error: string): Outcome {
  return { state: "dead", error, words: { kind: "notice", markdown: notices.interrupted } };
}
