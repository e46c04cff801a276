import type { InboundEvent, OutboundContent, OutboundMessage, PreviewPlace, Receipt } from "@loong/sdk";
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
  /** Shows a message that is still being written. @returns its id. */
  openPreview(token: string, at: PreviewPlace, text: string): string;
  /** @throws MEMORY_NO_SUCH_PREVIEW */
  updatePreview(token: string, messageId: string, text: string): void;
  /** Takes it away if it is there. */
  discardPreview(token: string, messageId: string): void;
  failNext(fault: SendFault): FaultFacts;
  close(): void;
}

const RETRY_AFTER_MS = 1_500;
const BOT_ID = "memory-bot";

export function createMemoryRooms(options: MemoryRoomsOptions): MemoryRooms {
  const { now, maxLength, idempotencyWindowMs } = options;
  const rooms = new Set(options.rooms);
  const shown: MemoryMessage[] = [];
  let messages = 0;
  const taken = new Map<string, { readonly receipt: Receipt; readonly atMs: number }>();
  const faults: SendFault[] = [];
  let events = 0;
  let closed = false;

  function checkToken(token: string): void {
    if (closed) throw memoryErrors.MEMORY_UNREACHABLE([]);
    if (token !== options.token) throw memoryErrors.MEMORY_CREDENTIALS_REJECTED([]);
  }

  /** Shows the message, in the place of its preview if that is there, unless its key says that it is shown already. */
  function take(message: OutboundMessage): Receipt {
    const known = taken.get(message.idempotencyKey);
    if (known && idempotencyWindowMs !== undefined && now() - known.atMs < idempotencyWindowMs) return known.receipt;
    const at = placeOf(message.preview);
    const receipt = { messageId: shown[at]?.messageId ?? nextId() };
    shown.splice(at, 1, shownMessage(receipt.messageId, message));
    taken.set(message.idempotencyKey, { receipt, atMs: now() });
    return receipt;
  }

  function nextId(): string {
    messages += 1;
    return `sent-${messages}`;
  }

  /** Where the preview is shown, or the end of all rooms. */
  function placeOf(messageId: string | undefined): number {
    const at = shown.findIndex((message) => message.messageId === messageId);
    return at === -1 ? shown.length : at;
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
    openPreview(token, { conversation, messageId: inReplyTo, idempotencyKey }, text) {
      checkToken(token);
      const { id: to, threadId } = conversation;
      if (!rooms.has(to)) throw memoryErrors.MEMORY_NO_SUCH_ROOM([to]);
      const thread = threadId === undefined ? {} : { threadId };
      const content = previewContent(text, maxLength);
      const messageId = nextId();
      const message = shownMessage(messageId, { to, ...thread, inReplyTo, idempotencyKey, content });
      shown.push({ ...message, isUnfinished: true });
      return messageId;
    },
    updatePreview(token, messageId, text) {
      checkToken(token);
      const at = placeOf(messageId);
      const before = shown[at];
      if (before?.isUnfinished !== true) throw memoryErrors.MEMORY_NO_SUCH_PREVIEW([messageId]);
      const content = previewContent(text, maxLength);
      shown[at] = { ...before, content, text: wordsOf(content) };
    },
    discardPreview(token, messageId) {
      checkToken(token);
      const at = placeOf(messageId);
      if (shown[at]?.isUnfinished === true) shown.splice(at, 1);
    },
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

/** Of a long text, what one message shows. */
function previewContent(text: string, maxLength: number): OutboundContent {
  return { type: "markdown", markdown: text.slice(0, maxLength) };
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
