import type { JsonRecord } from "@loong/emulator-kit";
import type { Actor } from "./people.ts";
import type { Chat, Message, Via } from "./rooms.ts";

/** A message as the people in the chat see it. */
export interface ShownMessage {
  readonly messageId: string;
  readonly from: { readonly kind: "user" | "bot"; readonly id: string; readonly name: string };
  /** `text`, `markdown`, `stream`, `template_card`, `image`, `file`, `voice`, `video`, `mixed`, … */
  readonly type: string;
  /** What can be read on the screen now. Of a card: its texts, one to a line. */
  readonly text: string;
  /** Every text it ever showed, the present one last. */
  readonly history: readonly string[];
  /** The message it answers or quotes. */
  readonly parentId?: string;
  readonly atMs: number;
  /** `finished` is what people see: a bubble whose last frame was blank goes on blinking. */
  readonly stream?: { readonly id: string; readonly finished: boolean };
  readonly card?: JsonRecord;
  /** Cards that only some people see, by userid. */
  readonly cardFor?: Readonly<Record<string, JsonRecord>>;
  readonly files?: readonly { readonly type: string; readonly name: string; readonly bytes: Uint8Array }[];
  readonly feedbackId?: string;
  /** How a bot's message came. */
  readonly via?: Via;
}

export function transcript(chat: Chat): ShownMessage[] {
  return chat.messages.map(shown);
}

export function shown(message: Message): ShownMessage {
  const { messageId, from, content, history, parentId, atMs, stream, cardFor, feedbackId, via } = message;
  return {
    messageId,
    from: speaker(from),
    type: content.type,
    text: content.text,
    history: [...history],
    atMs,
    ...(parentId === undefined ? {} : { parentId }),
    ...(stream === undefined ? {} : { stream }),
    ...(content.card === undefined ? {} : { card: content.card }),
    ...(cardFor.size === 0 ? {} : { cardFor: Object.fromEntries(cardFor) }),
    ...(content.files === undefined ? {} : { files: content.files }),
    ...(feedbackId === undefined ? {} : { feedbackId }),
    ...(via === undefined ? {} : { via }),
  };
}

function speaker(actor: Actor): ShownMessage["from"] {
  if (actor.kind === "user") return { kind: "user", id: actor.user.userId, name: actor.user.name };
  return { kind: "bot", id: actor.bot.botId, name: actor.bot.name };
}
