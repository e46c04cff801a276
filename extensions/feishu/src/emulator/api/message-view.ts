import { TENANT_KEY, type App } from "../state/apps.ts";
import { actorName, type Actor, type People } from "../state/people.ts";
import type { Mention, Message } from "../state/rooms.ts";
import { receivedContent } from "../state/wording.ts";

/** A message as the API gives it: `msg_type` where events say `message_type`, and flat ids in mentions. */
export function messageView(people: People, app: App, message: Message, rawCard = false): object {
  return {
    message_id: message.messageId,
    ...(message.rootId === undefined ? {} : { root_id: message.rootId, parent_id: message.parentId }),
    ...(message.threadId === undefined ? {} : { thread_id: message.threadId }),
    msg_type: message.msgType,
    create_time: String(message.createdAtMs),
    update_time: String(message.updatedAtMs),
    deleted: message.recalled,
    updated: message.edits.length > 0,
    chat_id: message.chat.chatId,
    sender: senderView(people, app, message.sender),
    body: { content: rawCard && !message.recalled ? message.sent : receivedContent(message) },
    ...(message.mentions.length === 0
      ? {}
      : { mentions: message.mentions.map((one) => mentionView(people, app, one)) }),
    ...(message.upperMessageId === undefined ? {} : { upper_message_id: message.upperMessageId }),
  };
}

function senderView(people: People, app: App, sender: Actor): object {
  if (sender.kind === "app") {
    return { id: sender.app.appId, id_type: "app_id", sender_type: "app", tenant_key: TENANT_KEY };
  }
  return { id: people.openId(app.appId, sender), id_type: "open_id", sender_type: "user", tenant_key: TENANT_KEY };
}

function mentionView(people: People, app: App, { key, actor }: Mention): object {
  return {
    key,
    id: people.openId(app.appId, actor),
    id_type: "open_id",
    name: actorName(actor),
    tenant_key: TENANT_KEY,
  };
}
