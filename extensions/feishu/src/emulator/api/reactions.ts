import { recordAt, stringAt } from "@loong/emulator-kit";
import type { Notices } from "../events/notices.ts";
import type { App } from "../state/apps.ts";
import type { People } from "../state/people.ts";
import type { Reaction } from "../state/rooms.ts";
import type { World } from "../state/world.ts";
import { isRefusal, refuse, success, type Answer } from "./answer.ts";
import { isEmoji } from "./emoji.ts";
import { liveMessage } from "./messages.ts";
import { page } from "./paging.ts";
import type { Call, Route } from "./router.ts";

const PATH = "/open-apis/im/v1/messages/:message_id/reactions";
const WRITE = ["im:message", "im:message.reactions:write_only"];
const READ = ["im:message", "im:message:readonly", "im:message.reactions:read"];
/** Reacting to a recalled message has a code of its own. */
const RECALLED = 231003;

/** @see https://open.feishu.cn/document/server-docs/im-v1/message-reaction/create (read 2026-05) */
export function reactionRoutes(world: World, notices: Notices): Route[] {
  const one = `${PATH}/:reaction_id`;
  return [
    { method: "POST", path: PATH, auth: "bot", scopes: WRITE, handle: (call) => add(call, world, notices) },
    { method: "DELETE", path: one, auth: "bot", scopes: WRITE, handle: (call) => remove(call, world, notices) },
    { method: "GET", path: PATH, auth: "bot", scopes: READ, handle: (call) => list(call, world) },
  ];
}

function add(call: Call, world: World, notices: Notices): Answer {
  const emoji = stringAt(recordAt(call.body, "reaction_type"), "emoji_type") ?? "";
  if (!isEmoji(emoji)) return refuse(231001, "reaction type is invalid.");
  const message = liveMessage(call, world, RECALLED);
  if (isRefusal(message)) return message;
  const mine = { kind: "app", app: call.app } as const;
  const known = message.reactions.find((one) => one.emoji === emoji && isBy(one, call.app));
  if (known !== undefined) return success(view(world.people, call.app, known));
  const reaction = world.rooms.react(message, emoji, mine);
  notices.reacted(message, reaction, "created");
  return success(view(world.people, call.app, reaction));
}

function remove(call: Call, world: World, notices: Notices): Answer {
  const message = liveMessage(call, world, RECALLED);
  if (isRefusal(message)) return message;
  const reaction = message.reactions.find((one) => one.reactionId === call.params["reaction_id"]);
  if (reaction === undefined) return refuse(231011, "The reaction does not exist.");
  if (!isBy(reaction, call.app)) return refuse(231007, "The operator is not the one who reacted.");
  world.rooms.unreact(message, reaction.reactionId);
  notices.reacted(message, reaction, "deleted");
  return success(view(world.people, call.app, reaction));
}

function list(call: Call, world: World): Answer {
  const message = liveMessage(call, world, RECALLED);
  if (isRefusal(message)) return message;
  const emoji = call.query.get("reaction_type");
  const wanted = message.reactions.filter((one) => emoji === null || one.emoji === emoji);
  const listed = page(wanted, call.query, { defaultSize: 20, maxSize: 50 });
  return isRefusal(listed)
    ? listed
    : success({ ...listed, items: listed.items.map((one) => view(world.people, call.app, one)) });
}

function isBy({ by }: Reaction, app: App): boolean {
  return by.kind === "app" && by.app === app;
}

function view(people: People, app: App, { reactionId, emoji, by, atMs }: Reaction): object {
  const operator_id = by.kind === "app" ? by.app.appId : people.openId(app.appId, by);
  return {
    reaction_id: reactionId,
    operator: { operator_id, operator_type: by.kind },
    action_time: String(atMs),
    reaction_type: { emoji_type: emoji },
  };
}
