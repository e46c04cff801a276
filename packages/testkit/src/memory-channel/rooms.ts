import type { InboundEvent, OutboundContent, OutboundMessage, Receipt } from "@loong/sdk";
import type { FaultFacts, SayOptions, SendFault, ShownMessage } from "../channel/harness.ts";
import { memoryErrors } from "./errors.ts";

export interface MemoryRoomsOptions {
  readonly token: string;
  readonly rooms: readonly string[];
  readonly maxLength: number;
  readonly idempotencyWindowMs: number | undefined;
  readonly now: () => number;
  /** Runs before a message is taken; what it throws, the sender gets, and nothing is shown. */
  readonly beforeSend?: ((message: OutboundMessage) => void | Promise<void>) | undefined;
  /** Runs after a message is shown; what it throws, the sender gets instead of the receipt. */
  readonly afterSend?: ((message: OutboundMessage) => void | Promise<void>) | undefined;
}

/** A message the bot has sent: what a room shows, and how it was sent. */
export interface MemoryMessage extends ShownMessage {
  readonly content: OutboundContent;
  readonly idempotencyKey: string;
  readonly threadId?: string;
  readonly inReplyTo?: string;
}

/** Rooms whose walls are arrays. */
export interface MemoryRooms {
  sentMessages(): readonly MemoryMessage[];
  /** What somebody says becomes an event, not yet delivered. */
  event(text: string, options: SayOptions): InboundEvent;
  checkToken(token: string): void;
  send(token: string, message: OutboundMessage): Promise<Receipt>;
  failNext(fault: SendFault): FaultFacts;
  close(): void;
}

const RETRY_AFTER_MS = 1_500;
const BOT_ID = "memory-bot";

export function createMemoryRooms(options: MemoryRoomsOptions): MemoryRooms {
  const { now, maxLength, idempotencyWindowMs } = options;
  const rooms = new Set(options.rooms);
  const shown: MemoryMessage[] = [];
  const taken = new Map<string, { readonly receipt: Receipt; readonly atMs: number }>();
  const faults: SendFault[] = [];
  let events = 0;
  let closed = false;

  function checkToken(token: string): void {
    if (closed) throw memoryErrors.MEMORY_UNREACHABLE([]);
    if (token !== options.token) throw memoryErrors.MEMORY_CREDENTIALS_REJECTED([]);
  }

  /** Shows the message, unless its key says that it is shown already. */
  function take(message: OutboundMessage): Receipt {
    const known = taken.get(message.idempotencyKey);
    if (known && idempotencyWindowMs !== undefined && now() - known.atMs < idempotencyWindowMs) return known.receipt;
    const receipt = { messageId: `sent-${shown.length + 1}` };
    shown.push(shownMessage(receipt.messageId, message));
    taken.set(message.idempotencyKey, { receipt, atMs: now() });
    return receipt;
  }

  async function send(token: string, message: OutboundMessage): Promise<Receipt> {
    checkToken(token);
    await options.beforeSend?.(message);
    if (!rooms.has(message.to)) throw memoryErrors.MEMORY_NO_SUCH_ROOM([message.to]);
    if (wordsOf(message.content).length > maxLength) throw memoryErrors.MEMORY_TOO_LONG([maxLength]);
    const fault = faults.shift();
    if (fault === "rate-limited") throw memoryErrors.MEMORY_RATE_LIMITED([], { retryAfterMs: RETRY_AFTER_MS });
    if (fault === "server-error") throw memoryErrors.MEMORY_SERVER_ERROR([]);
    const receipt = take(message);
    if (fault === "response-lost") throw memoryErrors.MEMORY_RESPONSE_LOST([]);
    await options.afterSend?.(message);
    return receipt;
  }

  return {
    sentMessages: () => shown,
    event(text, { in: place = "direct", mention = false, as = "person" }) {
      const conversation = { id: place === "group" ? "lobby" : "dm-ada", type: place };
      rooms.add(conversation.id);
      events += 1;
      return {
        eventId: `event-${events}`,
        messageId: `said-${events}`,
        kind: "message",
        conversation,
        sender: as === "this-bot" ? { id: BOT_ID, isBot: true, isSelf: true } : { id: "ada", name: "Ada" },
        text,
        addressed: place === "direct" || mention,
        sentAtMs: now(),
      };
    },
    checkToken,
    send,
    failNext(fault) {
      faults.push(fault);
      return fault === "rate-limited" ? { retryAfterMs: RETRY_AFTER_MS } : {};
    },
    close: () => void (closed = true),
  };
}

function shownMessage(messageId: string, message: OutboundMessage): MemoryMessage {
  const { content, idempotencyKey, to, threadId, inReplyTo } = message;
  return {
    messageId,
    conversationId: to,
    text: wordsOf(content),
    content,
    idempotencyKey,
    ...(threadId === undefined ? {} : { threadId }),
    ...(inReplyTo === undefined ? {} : { inReplyTo }),
  };
}

function wordsOf(content: OutboundContent): string {
  switch (content.type) {
    case "text":
      return content.text;
    case "markdown":
      return content.markdown;
    case "card":
      return content.fallbackText;
    case "image":
    case "file":
      return content.file.name ?? content.file.path;
  }
}
