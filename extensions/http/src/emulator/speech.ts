import { randomBytes } from "node:crypto";
import type { Deliveries, Delivery } from "./deliveries.ts";

export interface Person {
  readonly id: string;
  readonly name: string;
}

export interface Conversation {
  readonly id: string;
  readonly type: "direct" | "group";
  readonly title?: string;
}

export interface Saying {
  readonly addressed?: boolean;
  readonly threadId?: string;
  readonly inReplyTo?: string;
  /** Loong itself speaks. */
  readonly isSelf?: boolean;
}

export interface Said {
  readonly messageId: string;
  readonly conversationId: string;
  readonly senderId: string;
  /** The gateway has answered 2xx. */
  acknowledged(): boolean;
  /** Status of each attempt, over all deliveries. */
  statuses(): readonly number[];
}

/** People speak; what they say goes out by itself. */
export interface Speech {
  say(conversation: Conversation, user: Person, text: string, saying?: Saying): Said;
  /** Delivers it once more, whatever became of it. */
  redeliver(said: Said): void;
}

export function createSpeech(deliveries: Deliveries, now: () => number): Speech {
  const sent = new WeakMap<Said, { readonly body: string; readonly attempts: Delivery[] }>();
  return {
    say(conversation, user, text, saying = {}) {
      const message = messageOf(conversation, user, text, saying, now());
      const body = JSON.stringify(message);
      const attempts = [deliveries.deliver(conversation.id, body)];
      const said: Said = {
        messageId: message.id,
        conversationId: conversation.id,
        senderId: user.id,
        acknowledged: () => attempts.some((one) => one.acknowledged()),
        statuses: () => attempts.flatMap(({ statuses }) => statuses),
      };
      sent.set(said, { body, attempts });
      return said;
    },
    redeliver(said) {
      const { body, attempts } = sent.get(said) ?? {};
      if (body !== undefined) attempts?.push(deliveries.deliver(said.conversationId, body));
    },
  };
}

/** The body of an inbound message, as the README describes it. */
export function messageOf(conversation: Conversation, user: Person, text: string, saying: Saying, nowMs: number) {
  const { addressed, threadId, inReplyTo, isSelf } = saying;
  return {
    id: `in-${randomBytes(8).toString("hex")}`,
    conversation: { ...conversation, ...(threadId === undefined ? {} : { threadId }) },
    sender: { ...user, ...(isSelf === undefined ? {} : { isSelf }) },
    text,
    ...(addressed === undefined ? {} : { addressed }),
    ...(inReplyTo === undefined ? {} : { inReplyTo }),
    sentAtMs: nowMs,
  };
}
