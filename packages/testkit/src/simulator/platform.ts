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

/**
 * A platform with rooms, as one account sees it. `keyed` ones show each idempotency key once and push events; the others are
 * polled. Accounts of one platform have rooms and messages with the same ids.
 */
export interface Platform {
  readonly channel: string;
  readonly account: string;
  /** `channel/account`. */
  readonly name: string;
  readonly keyed: boolean;
  readonly events: readonly InboundEvent[];
  readonly shown: readonly Shown[];
  readonly previews: Previews;
  /** Whether the operator lets groups of this account talk now. */
  isOpen: boolean;
  /** Somebody says something. The text is unique in the run and is what the agent answers to. */
  happen(event: InboundEvent): void;
  /** This message comes to the locked room for the first time. */
  isLockedFor(message: OutboundMessage): boolean;
  /** The platform takes a message. */
  take(message: OutboundMessage, atMs: number): void;
}

/** A room that refuses each message once. */
export const LOCKED_ROOM = "locked-room";

export function createPlatform(channel: string, account: string, keyed: boolean): Platform {
  const events: InboundEvent[] = [];
  const shown: Shown[] = [];
  const takenAtMs = new Map<string, number>();
  const refused = new Set<string>();
  const previews = createPreviews();
  return {
    channel,
    account,
    name: `${channel}/${account}`,
    keyed,
    events,
    shown,
    previews,
    isOpen: true,
    happen: (event) => void events.push(event),
    isLockedFor({ idempotencyKey, to }) {
      if (to !== LOCKED_ROOM || refused.has(idempotencyKey)) return false;
      refused.add(idempotencyKey);
      return true;
    },
    take(message, atMs) {
      previews.taken(message);
      const { idempotencyKey: key, to: room, inReplyTo } = message;
      const isKnown = atMs - (takenAtMs.get(key) ?? -Infinity) < KEY_WINDOW_MS;
      if (keyed && isKnown) return;
      takenAtMs.set(key, atMs);
      shown.push({ room, text: wordsOf(message), inReplyTo, key });
    },
  };
}

/** What a person reads. */
export function wordsOf({ content }: Pick<OutboundMessage, "content">): string {
  if (content.type === "markdown") return content.markdown;
  return content.type === "text" ? content.text : content.type;
}

/** Messages are named by their account and their id. */
export function nameOf({ name }: Platform, { messageId }: InboundEvent): string {
  return `${name}/${messageId}`;
}
