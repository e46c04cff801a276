import type { JsonRecord } from "@loong/emulator-kit";
import type { Parts } from "../../parts.ts";
import { messageIn, type Content, type Message } from "../../state/chat.ts";
import type { Call, Methods } from "../call.ts";
import { chatOf, messageOf, threadOf } from "../destination.ts";
import { captionText, send } from "../outgoing.ts";
import { badRequest } from "../refusal.ts";
import { chatView, messageView, seconds, userView } from "../view.ts";
import { messageIds } from "./messages.ts";

/** The same message again, in another chat. */
export function forwardMethods(parts: Parts): Methods {
  const { world, rates } = parts;

  function forward(call: Call, original: Message): Message {
    const chat = chatOf(call, world);
    const threadId = threadOf(call, chat);
    rates.spend(call.bot, chat);
    return world.chats.post({
      chat,
      from: call.bot,
      content: original.content,
      threadId,
      forwardOrigin: origin(original),
    });
  }

  function copied(call: Call, { content }: Message): Content {
    return call.params.has("caption") ? { ...content, ...captionText(call.params) } : content;
  }

  function originals(call: Call): Message[] {
    const from = chatOf(call, world, "read", "from_chat_id");
    const found = messageIds(call.params).map((id) => messageIn(from, id));
    const existing = found.filter((message) => message !== undefined);
    if (existing.length === 0) throw badRequest("there are no messages to forward");
    return existing;
  }

  const original = (call: Call, what: string): Message =>
    messageOf(call, chatOf(call, world, "read", "from_chat_id"), what);
  const idOf = ({ messageId }: Message): JsonRecord => ({ message_id: messageId });

  return {
    forwardMessage: (call) => messageView(forward(call, original(call, "message to forward"))),
    forwardMessages: (call) => originals(call).map((message) => idOf(forward(call, message))),
    copyMessage: (call) => idOf(send(call, parts, copied(call, original(call, "message to copy")))),
    copyMessages: (call) => originals(call).map(({ content }) => idOf(send(call, parts, content))),
  };
}

function origin({ chat, from, atMs, messageId }: Message): JsonRecord {
  const date = seconds(atMs);
  if (chat.type === "channel") return { type: "channel", date, chat: chatView(chat), message_id: messageId };
  return { type: "user", date, sender_user: userView(from) };
}
