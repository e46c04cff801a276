import { parseJson } from "@loong/emulator-kit";
import { actorName, type Actor } from "./people.ts";
import type { Chat, Message } from "./rooms.ts";
import { readable } from "./wording.ts";

/** A message as the people in the room see it. */
export interface ShownMessage {
  readonly messageId: string;
  readonly from: { readonly kind: "user" | "app"; readonly name: string };
  readonly msgType: string;
  /** The content as its sender wrote it, parsed; the raw string when it is not JSON. */
  readonly content: unknown;
  /** What can be read on the screen; mentions are written as `@name`. Empty once recalled. */
  readonly text: string;
  readonly rootId: string | undefined;
  readonly parentId: string | undefined;
  readonly threadId: string | undefined;
  readonly recalled: boolean;
  /** A streaming card that was not finished: the chat list says so. */
  readonly generating: boolean;
  readonly edits: readonly { readonly atMs: number; readonly content: unknown }[];
  readonly reactions: readonly { readonly emoji: string; readonly by: string }[];
  readonly atMs: number;
  /** The idempotency key it was sent with. */
  readonly uuid: string | undefined;
}

/** Shows the card behind a message that only names one. */
export type CardReader = (content: unknown) => { readonly card: unknown; readonly generating: boolean };

export function transcript(chat: Chat, cardOf: CardReader): ShownMessage[] {
  return chat.messages
    .filter((message) => message.upperMessageId === undefined)
    .map((message) => shown(message, cardOf));
}

export function shown(message: Message, cardOf: CardReader): ShownMessage {
  const content = asJson(message.sent);
  const { card, generating } = message.msgType === "interactive" ? cardOf(content) : NO_CARD;
  const visible = card ?? asJson(message.content);
  return {
    messageId: message.messageId,
    from: from(message.sender),
    msgType: message.msgType,
    content,
    text: message.recalled ? "" : readable(message.msgType, visible, message.mentions),
    rootId: message.rootId,
    parentId: message.parentId,
    threadId: message.threadId,
    recalled: message.recalled,
    generating,
    edits: message.edits.map((edit) => ({ atMs: edit.atMs, content: asJson(edit.sent) })),
    reactions: message.reactions.map((reaction) => ({ emoji: reaction.emoji, by: actorName(reaction.by) })),
    atMs: message.createdAtMs,
    uuid: message.uuid,
  };
}

const NO_CARD = { card: undefined, generating: false };

function from(sender: Actor): ShownMessage["from"] {
  return { kind: sender.kind, name: actorName(sender) };
}

function asJson(text: string): unknown {
  return parseJson(text) ?? text;
}
