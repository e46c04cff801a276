import type { JsonRecord } from "@loong/emulator-kit";
import type { Entity } from "../text/entities.ts";
import type { Actor, Bot, User } from "./actors.ts";
import type { StoredFile } from "./files.ts";

export type ChatType = "private" | "group" | "supergroup" | "channel";
export type MemberStatus = "creator" | "administrator" | "member" | "left" | "kicked";

export interface Member {
  readonly actor: Actor;
  status: MemberStatus;
}

export interface Topic {
  readonly threadId: number;
  name: string;
  iconColor: number;
  closed: boolean;
}

export interface Chat {
  readonly id: number;
  readonly type: ChatType;
  readonly name: string;
  readonly username: string | undefined;
  readonly isForum: boolean;
  /** Who talks in a private chat. */
  readonly peers: { readonly user: User; readonly bot: Bot } | undefined;
  readonly members: Map<number, Member>;
  readonly topics: Map<number, Topic>;
  readonly messages: Map<number, Message>;
  /** The user of a private chat does not want to hear from the bot any more. */
  blocked: boolean;
  /** The supergroup a basic group became. */
  migratedTo: Chat | undefined;
}

/** What a message holds, once parsed. */
export interface Content {
  /** `text`, `photo`, `document`, `rich_message`, `new_chat_members`, … */
  readonly type: string;
  /** Text or caption. */
  readonly text: string;
  readonly entities: readonly Entity[];
  /** Fields of the Message object beside text and caption. */
  readonly fields: JsonRecord;
  readonly file?: StoredFile;
}

export interface Message {
  readonly chat: Chat;
  readonly messageId: number;
  readonly from: Actor;
  readonly atMs: number;
  readonly threadId: number | undefined;
  readonly replyTo: Message | undefined;
  readonly quote: string | undefined;
  readonly mediaGroupId: string | undefined;
  readonly forwardOrigin: JsonRecord | undefined;
  readonly silent: boolean;
  content: Content;
  replyMarkup: JsonRecord | undefined;
  editedAtMs: number | undefined;
  deleted: boolean;
  /** By actor id. */
  readonly reactions: Map<number, readonly JsonRecord[]>;
  /** Every text that was shown, the present one last. */
  readonly history: string[];
}

export function isIn(chat: Chat, actor: Actor): boolean {
  const status = chat.members.get(actor.id)?.status;
  return status !== undefined && status !== "left" && status !== "kicked";
}

export function isAdmin(chat: Chat, actor: Actor): boolean {
  const status = chat.members.get(actor.id)?.status;
  return status === "administrator" || status === "creator";
}

/** Undefined when it was deleted, too. */
export function messageIn(chat: Chat, messageId: number): Message | undefined {
  const message = chat.messages.get(messageId);
  return message === undefined || message.deleted ? undefined : message;
}
