import type { App } from "../state/apps.ts";
import type { User } from "../state/people.ts";
import type { Chat } from "../state/rooms.ts";
import type { World } from "../state/world.ts";
import { invalidField, invalidParameter, isRefusal, refuse, type Refusal } from "./answer.ts";

const SHAPES: Readonly<Record<string, RegExp>> = {
  open_id: /^ou_[0-9a-z_]+$/,
  union_id: /^on_[0-9a-z_]+$/,
  user_id: /^[0-9a-zA-Z_@-]{1,64}$/,
  email: /^[^@\s]+@[^@\s]+$/,
  chat_id: /^oc_[0-9a-z_]+$/,
};

/** The chat that `receive_id` stands for; the direct chat with a person is made on first use. */
export function resolveRecipient(world: World, app: App, type: string | null, id: string): Chat | Refusal {
  if (type === null) return invalidField("receive_id_type", "receive_id_type is required");
  const shape = SHAPES[type];
  if (shape === undefined) return invalidField("receive_id_type", "receive_id_type is invalid");
  if (!shape.test(id)) return invalidParameter("invalid receive_id");
  if (type === "chat_id") return openChat(world, app, id);
  const user = findUser(world, app, type, id);
  return isRefusal(user) ? user : world.rooms.directChat(user, app);
}

function openChat({ rooms }: World, app: App, chatId: string): Chat | Refusal {
  const chat = rooms.find(chatId);
  return chat === undefined ? refuse(230034, "The receive_id is invalid.") : (checkMember(chat, app) ?? chat);
}

/** 230002 and its kin: may the bot speak here? */
export function checkMember(chat: Chat, app: App): Refusal | undefined {
  if (chat.disbanded) return refuse(232009, "Your request specifies a chat which has already been dissolved.");
  if (!chat.apps.has(app)) return refuse(230002, "Bot/User can NOT be out of the chat.");
  const [partner] = chat.mode === "p2p" ? chat.members : [];
  return partner === undefined ? undefined : checkAvailable(partner, app);
}

function checkAvailable(user: User, app: App): Refusal | undefined {
  return user.unavailableTo.has(app.appId) ? refuse(230013, "Bot has NO availability to this user.") : undefined;
}

function findUser({ people }: World, app: App, type: string, id: string): User | Refusal {
  if (type === "open_id") {
    if (people.isForeignOpenId(app.appId, id)) return refuse(99992361, "open_id cross app");
    const actor = people.byOpenId(app.appId, id);
    return known(actor?.kind === "user" ? actor.user : undefined, app);
  }
  if (type === "union_id") return known(people.byUnionId(id), app);
  return known(type === "email" ? people.byEmail(id) : people.byUserId(id), app);
}

function known(user: User | undefined, app: App): User | Refusal {
  if (user === undefined) return refuse(230034, "The receive_id is invalid.");
  return checkAvailable(user, app) ?? user;
}
