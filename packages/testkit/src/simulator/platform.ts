import type { InboundEvent, OutboundMessage } from "@loong/sdk";
import { createPreviews, type Previews } from "./previews.ts";

/** A message in a simulated room, as its people see it. */
export interface Shown {
  readonly room: string;
  readonly text: string;
  /** The message it answers, if it says so. */
  readonly inReplyTo: string | undefined;
  /** The idempotency key it came with. */
  readonly key: string;
}

/** How long a keyed platform remembers a key. */
export const KEY_WINDOW_MS = 3_600_000;

/** A platform with rooms. `keyed` ones show each idempotency key once and push events; the others are polled. */
export interface Platform {
  readonly name: string;
  readonly keyed: boolean;
  readonly events: readonly InboundEvent[];
  readonly shown: readonly Shown[];
  readonly previews: Previews;
  /** Somebody says something. The id is unique in the run and is what the agent answers to. */
  happen(event: InboundEvent): void;
  /** The platform takes a message. */
  take(message: OutboundMessage, atMs: number): void;
}

export function createPlatform(name: string, keyed: boolean): Platform {
  const events: InboundEvent[] = [];
  const shown: Shown[] = [];
  const takenAtMs = new Map<string, number>();
  const previews = createPreviews();
  return {
    name,
    keyed,
    events,
    shown,
    previews,
    happen: (event) => void events.push(event),
    take(message, atMs) {
      previews.taken(message);
      const { idempotencyKey: key, to: room, inReplyTo } = message;
      const isKnown = atMs - (takenAtMs.get(key) ?? -Infinity) < KEY_WINDOW_MS;
      if (keyed && isKnown) return;
      takenAtMs.set(key, atMs);
      shown.push({ room, text: textOf(message), inReplyTo, key });
    },
  };
}

function textOf({ content }: OutboundMessage): string {
  if (content.type === "markdown") return content.markdown;
  return content.type === "text" ? content.text : content.type;
}

/** Messages are named by their channel and their id. */
export function nameOf({ name }: Platform, { messageId }: InboundEvent): string {
  return `${name}/${messageId}`;
}
