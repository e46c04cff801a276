/** Where a conversation happens: between two, or among several. */
export type ConversationType = "direct" | "group";

/** A place where messages are in order. Ids are the platform's own and are never parsed by the core. */
export interface ConversationRef {
  readonly id: string;
  readonly type: ConversationType;
  /** A thread or topic inside the conversation; each thread is a lane of its own. */
  readonly threadId?: string;
  /** For reading only. */
  readonly title?: string;
}

/** Who spoke. `id` is immutable; `name` is for reading only and never decides anything. */
export interface Sender {
  readonly id: string;
  readonly name?: string;
  /** Spoken by a bot, another one or this one. */
  readonly isBot?: boolean;
  /** Spoken by this very account: the gateway drops it. */
  readonly isSelf?: boolean;
}

/** What a file is to people; `file` is whatever is none of the others. */
export type AttachmentKind = "image" | "file" | "audio" | "video" | "sticker";

/** A file that came with a message, fetched on demand by `MediaFeature.fetch`. */
export interface Attachment {
  readonly kind: AttachmentKind;
  /** The platform's key for the bytes; opaque, never used in a path. */
  readonly ref: string;
  readonly name?: string;
  readonly mimeType?: string;
  readonly sizeBytes?: number;
  readonly durationMs?: number;
}

/** A click on a card or button that this account sent. */
export interface CardAction {
  /** The `Receipt.messageId` of the card. */
  readonly cardMessageId: string;
  /** What the card holds for this button. */
  readonly value: JsonValue;
  /** What was filled in, by the name of the field. */
  readonly formValues?: Readonly<Record<string, JsonValue>>;
}

/** One thing that happened in a room and may deserve an answer. */
export interface InboundEvent {
  /** The platform's id of this delivery: the first key that deduplicates. Unique per account. */
  readonly eventId: string;
  /** The platform's id of the message: the second key, for platforms that deliver it again under a new event id. */
  readonly messageId: string;
  /** `action`: a click, described by `action`. */
  readonly kind: "message" | "action";
  readonly conversation: ConversationRef;
  readonly sender: Sender;
  /** What was said, mentions of the bot removed and other mentions written as `@name`. May be empty beside attachments. */
  readonly text: string;
  /** The bot was mentioned by name, replied to, or spoken to in private. */
  readonly addressed: boolean;
  readonly attachments?: readonly Attachment[];
  readonly action?: CardAction;
  /** The message that this one answers. */
  readonly inReplyTo?: string;
  /** When it was sent, by the platform's clock, in milliseconds since 1970. */
  readonly sentAtMs: number;
}

/** What is to be said. `markdown` is CommonMark; the channel renders it as well as its platform can. */
export type OutboundContent =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "markdown"; readonly markdown: string }
  /** A card in the platform's own JSON, for those who know it. */
  | { readonly type: "card"; readonly card: JsonValue; readonly fallbackText: string }
  | { readonly type: "image"; readonly file: OutboundFile }
  | { readonly type: "file"; readonly file: OutboundFile };

/** A file on this machine. The channel opens it, streams it and closes it. */
export interface OutboundFile {
  /** Absolute. Sure to be there only until the call that was given it has ended. */
  readonly path: string;
  /** As people see it. Absent: the last part of `path`. */
  readonly name?: string;
  readonly mimeType?: string;
}

/** One logical send. The gateway makes one for each part of a reply and for each proactive message. */
export interface OutboundMessage {
  /** At most 50 characters of `[a-z0-9]`, the same in every attempt of this send. Pass it on where the platform takes one. */
  readonly idempotencyKey: string;
  /** A conversation id as it came in, or a target as an operator writes it. */
  readonly to: string;
  readonly content: OutboundContent;
  readonly threadId?: string;
  /** The message this one answers. */
  readonly inReplyTo?: string;
  /**
   * The preview (`StreamFeature`) this message takes the place of. A channel that cannot put it there any more takes the
   * preview away and says the message as a new one.
   */
  readonly preview?: string;
}

/** The platform has taken the message. */
export interface Receipt {
  /** The platform's id of the message; with a preview, of what is now shown in its place. */
  readonly messageId: string;
  /** What was lost on the way, in words for the operator: "card was too large, sent as text". */
  readonly degraded?: string;
}

/** A message in a room, for typing, reactions and edits. */
export interface MessageRef {
  readonly conversationId: string;
  readonly messageId: string;
  readonly threadId?: string;
}

/** Plain data, as JSON has it. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };
