import { listAt, stringAt, type JsonRecord } from "@loong/emulator-kit";
import type { Entity } from "../text/entities.ts";
import type { Chat, Message } from "./chat.ts";
import type { Draft } from "./drafts.ts";

/** A message as the people in the chat see it. */
export interface ShownMessage {
  readonly messageId: number;
  readonly from: { readonly kind: "user" | "bot"; readonly id: number; readonly name: string };
  /** Text or caption. Empty once deleted. */
  readonly text: string;
  readonly entities: readonly Entity[];
  /** `text`, `photo`, `document`, `rich_message`, `new_chat_members`, … */
  readonly type: string;
  /** The message it replies to. */
  readonly parentId: number | undefined;
  readonly threadId: number | undefined;
  /** Every text shown, the present one last. */
  readonly history: readonly string[];
  readonly atMs: number;
  readonly editedAtMs: number | undefined;
  readonly deleted: boolean;
  /** Rows of buttons under the message. */
  readonly buttons: readonly (readonly ShownButton[])[];
  readonly replyMarkup: JsonRecord | undefined;
  readonly reactions: readonly { readonly emoji: string; readonly byId: number }[];
  readonly file: { readonly fileId: string; readonly name: string | undefined; readonly bytes: Uint8Array } | undefined;
  readonly mediaGroupId: string | undefined;
  readonly silent: boolean;
}

export interface ShownButton {
  readonly text: string;
  readonly callbackData: string | undefined;
  readonly url: string | undefined;
}

/** Words that grow at the bottom of a chat. */
export interface ShownDraft {
  readonly draftId: number;
  readonly text: string;
  readonly threadId?: number;
  readonly history: readonly string[];
}

export function transcript(chat: Chat): ShownMessage[] {
  return [...chat.messages.values()].map(shown);
}

export function shown(message: Message): ShownMessage {
  const { content, from, deleted } = message;
  const { file } = content;
  return {
    messageId: message.messageId,
    from: { kind: from.kind, id: from.id, name: from.name },
    text: deleted ? "" : content.text,
    entities: content.entities,
    type: content.type,
    parentId: message.replyTo?.messageId,
    threadId: message.threadId,
    history: [...message.history],
    atMs: message.atMs,
    editedAtMs: message.editedAtMs,
    deleted,
    buttons: buttonsOf(message.replyMarkup),
    replyMarkup: message.replyMarkup,
    reactions: [...message.reactions].flatMap(([byId, types]) => types.map((type) => ({ emoji: nameOf(type), byId }))),
    file: file === undefined ? undefined : { fileId: file.fileId, name: file.name, bytes: file.bytes },
    mediaGroupId: message.mediaGroupId,
    silent: message.silent,
  };
}

export function shownDraft({ draftId, text, threadId, history }: Draft): ShownDraft {
  return { draftId, text, ...(threadId === undefined ? {} : { threadId }), history: [...history] };
}

function buttonsOf(markup: JsonRecord | undefined): ShownButton[][] {
  const rows = listAt(markup, "inline_keyboard") ?? [];
  return rows.map((row) => (Array.isArray(row) ? row : []).map(buttonOf));
}

function buttonOf(button: unknown): ShownButton {
  return {
    text: stringAt(button, "text") ?? "",
    callbackData: stringAt(button, "callback_data"),
    url: stringAt(button, "url"),
  };
}

function nameOf(reaction: JsonRecord): string {
  return stringAt(reaction, "emoji") ?? stringAt(reaction, "custom_emoji_id") ?? "";
}
