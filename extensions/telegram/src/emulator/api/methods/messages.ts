import { isRecord, type JsonRecord } from "@loong/emulator-kit";
import type { Parts } from "../../parts.ts";
import { isAdmin, messageIn, type Content, type Message } from "../../state/chat.ts";
import type { Call, Methods } from "../call.ts";
import { chatOf, messageOf } from "../destination.ts";
import { captionText, messageText, send } from "../outgoing.ts";
import type { Params } from "../params.ts";
import { badRequest } from "../refusal.ts";
import { replyMarkupOf } from "../reply-markup.ts";
import { messageView } from "../view.ts";
import { richContent } from "./rich.ts";

const DELETABLE_FOR_MS = 48 * 3600 * 1000;
const NOT_MODIFIED =
  "message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message";

/** Text: sent, edited, deleted. */
export function messageMethods(parts: Parts): Methods {
  const { world, rates } = parts;

  function edit(call: Call, contentFor: (message: Message) => Content): JsonRecord {
    const replyMarkup = replyMarkupOf(call.params);
    const chat = chatOf(call, world);
    const message = messageOf(call, chat, "message to edit");
    if (message.from !== call.bot) throw badRequest("message can't be edited");
    const content = contentFor(message);
    if (isSame(message, content, replyMarkup)) throw badRequest(NOT_MODIFIED);
    rates.spend(call.bot, chat);
    world.chats.edit(message, { ...(content === message.content ? {} : { content }), replyMarkup });
    return messageView(message);
  }

  function remove(call: Call, message: Message): void {
    const isOwn = message.from === call.bot || message.chat.type === "private" || isAdmin(message.chat, call.bot);
    const isYoung = world.clock.now() < message.atMs + DELETABLE_FOR_MS;
    if (!isOwn || !isYoung) throw badRequest("message can't be deleted");
    world.chats.remove(message);
  }

  return {
    sendMessage: (call) => messageView(send(call, parts, textContent(call.params))),
    editMessageText: (call) => {
      const content = call.params.has("rich_message")
        ? richContent(call.params, world.settings.apiLevel)
        : textContent(call.params);
      return edit(call, ({ content: { type } }) => {
        if (type !== "text" && type !== "rich_message") throw badRequest("there is no text in the message to edit");
        return content;
      });
    },
    editMessageCaption: (call) => {
      const caption = captionText(call.params);
      return edit(call, ({ content }) => {
        if (content.file === undefined) throw badRequest("there is no caption in the message to edit");
        return { ...content, ...caption };
      });
    },
    editMessageReplyMarkup: (call) => edit(call, ({ content }) => content),
    deleteMessage(call) {
      remove(call, messageOf(call, chatOf(call, world), "message to delete"));
      return true;
    },
    deleteMessages(call) {
      const chat = chatOf(call, world);
      for (const id of messageIds(call.params)) {
        const message = messageIn(chat, id);
        if (message !== undefined) remove(call, message);
      }
      return true;
    },
  };
}

const MAX_IDS = 100;

export function messageIds(params: Params): number[] {
  const ids = params.json("message_ids", "message identifiers");
  if (!Array.isArray(ids)) throw badRequest("Expected an Array of message identifiers");
  if (ids.length === 0) throw badRequest("Message identifiers are not specified");
  if (ids.length > MAX_IDS) throw badRequest("Too many message identifiers specified");
  return ids.map(Number);
}

function textContent(params: Params): Content {
  const { text, entities } = messageText(params);
  const preview = params.json("link_preview_options", "link preview options");
  return { type: "text", text, entities, fields: isRecord(preview) ? { link_preview_options: preview } : {} };
}

function isSame(message: Message, content: Content, replyMarkup: JsonRecord | undefined): boolean {
  const facts = ({ type, text, entities, fields }: Content, markup: JsonRecord | undefined): string =>
    JSON.stringify([type, text, entities, fields, markup ?? null]);
  return facts(message.content, message.replyMarkup) === facts(content, replyMarkup);
}
