import type { Chat, Message } from "../state/rooms.ts";
import type { World } from "../state/world.ts";
import { invalidField, isRefusal, refuse, success, type Answer, type Refusal } from "./answer.ts";
import { messageView } from "./message-view.ts";
import { page } from "./paging.ts";
import { checkMember } from "./recipients.ts";
import type { Call, Route } from "./router.ts";

/** @see https://open.feishu.cn/document/server-docs/im-v1/message/list (read 2026-05) */
export function messageListRoutes(world: World): Route[] {
  const scopes = ["im:message", "im:message:readonly", "im:message.history:readonly"];
  return [
    { method: "GET", path: "/open-apis/im/v1/messages", auth: "bot", scopes, handle: (call) => list(call, world) },
  ];
}

function list(call: Call, world: World): Answer {
  const found = container(call, world);
  if (isRefusal(found)) return found;
  const rawCard = call.query.get("card_msg_content_type") === "user_card_content";
  const newestFirst = call.query.get("sort_type") === "ByCreateTimeDesc";
  const inTime = found.filter((message) => isWithin(message, call.query));
  const sorted = newestFirst ? inTime.toReversed() : inTime;
  const listed = page(sorted, call.query, { defaultSize: 20, maxSize: 50 });
  if (isRefusal(listed)) return listed;
  return success({
    ...listed,
    items: listed.items.map((message) => messageView(world.people, call.app, message, rawCard)),
  });
}

function container(call: Call, { rooms }: World): readonly Message[] | Refusal {
  const id = call.query.get("container_id") ?? "";
  switch (call.query.get("container_id_type") ?? "") {
    case "chat":
      return readable(
        rooms.find(id),
        call,
        (message) => message.threadId === undefined || message.rootId === undefined,
      );
    case "thread":
      return readable(chatOfThread(rooms.all(), id), call, (message) => message.threadId === id);
    default:
      return invalidField("container_id_type", "container_id_type is required: chat or thread");
  }
}

function readable(
  chat: Chat | undefined,
  call: Call,
  belongs: (message: Message) => boolean,
): readonly Message[] | Refusal {
  if (chat === undefined)
    return refuse(230001, "Your request contains an invalid request parameter, ext=invalid container_id");
  return checkMember(chat, call.app) ?? chat.messages.filter((one) => one.upperMessageId === undefined && belongs(one));
}

function chatOfThread(chats: readonly Chat[], threadId: string): Chat | undefined {
  return chats.find((chat) => chat.messages.some((message) => message.threadId === threadId));
}

/** `start_time` and `end_time` are seconds since 1970. */
function isWithin({ createdAtMs }: Message, query: URLSearchParams): boolean {
  const startMs = Number(query.get("start_time") ?? 0) * 1000;
  const endMs = Number(query.get("end_time") ?? Number.POSITIVE_INFINITY) * 1000;
  return createdAtMs >= startMs && createdAtMs <= endMs;
}
