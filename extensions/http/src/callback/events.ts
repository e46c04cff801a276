import type { JsonValue } from "@loong/sdk";

/** In UTF-16 code units. With escapes and a frame it stays under the 100 kB that common JSON parsers take. */
export const MAX_TEXT_LENGTH = 16_000;

/** Where something is said. `id` and `threadId` are the application's own. */
export interface Place {
  readonly id: string;
  readonly threadId?: string;
}

/** What Loong posts to the application, told apart by `type`. */
export type CallbackEvent = MessageEvent | PreviewEvent | DiscardEvent | TypingEvent | PingEvent;

/** Something is said. The same `id` may come again: it is the same message. */
export interface MessageEvent {
  readonly type: "message";
  readonly id: string;
  readonly conversation: Place;
  readonly format: "plain" | "markdown";
  readonly text: string;
  /** JSON that an operator sent for the application to make sense of; `text` is what to show otherwise. */
  readonly card?: JsonValue;
  readonly inReplyTo?: string;
  /** Id of the preview whose place this message takes. */
  readonly preview?: string;
}

/** All words so far of an answer that is being written. */
export interface PreviewEvent {
  readonly type: "preview";
  /** The same for all previews of one answer. */
  readonly id: string;
  readonly conversation: Place;
  readonly format: "markdown";
  readonly text: string;
  readonly inReplyTo: string;
  /** Grows: an event with a lower one has been overtaken. */
  readonly revision: number;
}

/** No answer will follow this preview. */
export interface DiscardEvent {
  readonly type: "discard";
  readonly id: string;
  readonly conversation: Place;
  readonly revision: number;
}

export interface TypingEvent {
  readonly type: "typing";
  readonly conversation: Place;
  readonly state: "started" | "stopped";
}

/** Asks for a proof that the application knows the secret. */
export interface PingEvent {
  readonly type: "ping";
  readonly challenge: string;
}

/** Of these no inbound message may be one: a callback sent back to the gateway is not somebody who speaks. */
export const CALLBACK_TYPES: ReadonlySet<unknown> = new Set<CallbackEvent["type"]>([
  "message",
  "preview",
  "discard",
  "typing",
  "ping",
]);

export function placeOf(id: string, threadId?: string): Place {
  return threadId === undefined ? { id } : { id, threadId };
}
