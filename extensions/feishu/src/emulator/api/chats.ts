import { TENANT_KEY, type App } from "../state/apps.ts";
import type { People } from "../state/people.ts";
import type { Chat } from "../state/rooms.ts";
import type { World } from "../state/world.ts";
import { isRefusal, refuse, success, type Answer, type Refusal } from "./answer.ts";
import { page } from "./paging.ts";
import type { Call, Route } from "./router.ts";

const PATH = "/open-apis/im/v1/chats";
const SCOPES = ["im:chat", "im:chat:readonly", "im:chat:read"];
const MEMBER_SCOPES = ["im:chat", "im:chat:readonly", "im:chat.members:read"];

/** @see https://open.feishu.cn/document/server-docs/group/chat/list (read 2026-05) */
export function chatRoutes(world: World): Route[] {
  return [
    { method: "GET", path: PATH, auth: "bot", scopes: SCOPES, handle: (call) => list(call, world) },
    { method: "GET", path: `${PATH}/:chat_id`, auth: "bot", scopes: SCOPES, handle: (call) => get(call, world) },
    {
      method: "GET",
      path: `${PATH}/:chat_id/members`,
      auth: "bot",
      scopes: MEMBER_SCOPES,
      handle: (call) => members(call, world),
    },
  ];
}

/** Groups only: direct chats are never listed. */
function list(call: Call, { rooms, people }: World): Answer {
  const groups = rooms.all().filter((chat) => chat.mode !== "p2p" && !chat.disbanded && chat.apps.has(call.app));
  const listed = page(groups, call.query, { defaultSize: 20, maxSize: 100 });
  return isRefusal(listed)
    ? listed
    : success({ ...listed, items: listed.items.map((chat) => brief(people, call.app, chat)) });
}

function get(call: Call, world: World): Answer {
  const chat = chatOf(call, world);
  return isRefusal(chat) ? chat : success(full(world.people, call.app, chat));
}

function members(call: Call, world: World): Answer {
  const chat = chatOf(call, world);
  if (isRefusal(chat)) return chat;
  const listed = page([...chat.members], call.query, { defaultSize: 20, maxSize: 100 });
  if (isRefusal(listed)) return listed;
  const items = listed.items.map((user) => ({
    member_id_type: "open_id",
    member_id: world.people.openId(call.app.appId, { kind: "user", user }),
    name: user.name,
    tenant_key: TENANT_KEY,
  }));
  return success({ ...listed, items, member_total: chat.members.size });
}

function chatOf(call: Call, { rooms }: World): Chat | Refusal {
  const chat = rooms.find(call.params["chat_id"] ?? "");
  if (chat === undefined) return refuse(232006, "Your request specifies a chat_id which is invalid.");
  if (chat.disbanded) return refuse(232009, "Your request specifies a chat which has already been dissolved.");
  return chat.apps.has(call.app) ? chat : refuse(232011, "Operator can NOT be out of the chat.");
}

function brief(people: People, app: App, chat: Chat): object {
  return {
    chat_id: chat.chatId,
    avatar: "",
    name: chat.name,
    description: "",
    ...owner(people, app, chat),
    external: false,
    tenant_key: TENANT_KEY,
    chat_status: "normal",
  };
}

function full(people: People, app: App, chat: Chat): object {
  return {
    ...brief(people, app, chat),
    chat_mode: chat.mode,
    chat_type: "private",
    group_message_type: chat.mode === "topic" ? "thread" : "chat",
    user_count: String(chat.members.size),
    bot_count: String(chat.apps.size),
  };
}

function owner(people: People, app: App, { owner: user }: Chat): object {
  if (user === undefined) return {};
  return { owner_id: people.openId(app.appId, { kind: "user", user }), owner_id_type: "open_id" };
}
