import { listAt } from "@loong/emulator-kit";
import type { App } from "../state/apps.ts";
import type { People, User } from "../state/people.ts";
import type { World } from "../state/world.ts";
import { invalidField, refuse, success, type Answer } from "./answer.ts";
import type { Call, Route } from "./router.ts";

const SCOPES = [
  "contact:contact.base:readonly",
  "contact:contact:readonly_as_app",
  "contact:contact:readonly",
  "contact:user.base:readonly",
];
const NAME_SCOPES = ["contact:user.basic_profile:readonly", ...SCOPES];
const MAX_BATCH = 50;
const MAX_BASIC_BATCH = 10;

/** @see https://open.feishu.cn/document/server-docs/contact-v3/user/get (read 2026-05) */
export function contactRoutes({ people }: World): Route[] {
  const path = "/open-apis/contact/v3/users";
  return [
    { method: "GET", path: `${path}/batch`, auth: "tenant", scopes: SCOPES, handle: (call) => batch(call, people) },
    {
      method: "POST",
      path: `${path}/basic_batch`,
      auth: "tenant",
      scopes: NAME_SCOPES,
      handle: (call) => basicBatch(call, people),
    },
    { method: "GET", path: `${path}/:user_id`, auth: "tenant", scopes: SCOPES, handle: (call) => one(call, people) },
  ];
}

function one(call: Call, people: People): Answer {
  const user = find(call, people, call.params["user_id"] ?? "");
  if (user === undefined) return refuse(41012, "user id invalid error");
  if (user.unavailableTo.has(call.app.appId)) return refuse(41050, "no user authority error");
  return success({ user: profile(people, call.app, user) });
}

function batch(call: Call, people: People): Answer {
  const ids = call.query.getAll("user_ids");
  if (ids.length === 0 || ids.length > MAX_BATCH)
    return invalidField("user_ids", `user_ids must hold 1 to ${MAX_BATCH} ids`);
  return success({ items: visible(call, people, ids).map((user) => profile(people, call.app, user)) });
}

function basicBatch(call: Call, people: People): Answer {
  const ids = (listAt(call.body, "user_ids") ?? []).filter((id) => typeof id === "string");
  if (ids.length === 0 || ids.length > MAX_BASIC_BATCH)
    return invalidField("user_ids", `user_ids must hold 1 to ${MAX_BASIC_BATCH} ids`);
  const users = visible(call, people, ids).map((user) => ({ user_id: idOf(call, people, user), name: user.name }));
  return success({ users });
}

function visible(call: Call, people: People, ids: readonly string[]): User[] {
  return ids
    .map((id) => find(call, people, id))
    .filter((user) => user !== undefined)
    .filter((user) => !user.unavailableTo.has(call.app.appId));
}

function find(call: Call, people: People, id: string): User | undefined {
  switch (call.query.get("user_id_type") ?? "open_id") {
    case "union_id":
      return people.byUnionId(id);
    case "user_id":
      return people.byUserId(id);
    default: {
      const actor = people.byOpenId(call.app.appId, id);
      return actor?.kind === "user" ? actor.user : undefined;
    }
  }
}

function idOf(call: Call, people: People, user: User): string {
  const type = call.query.get("user_id_type");
  if (type === "union_id") return user.unionId;
  return type === "user_id" ? user.userId : people.openId(call.app.appId, { kind: "user", user });
}

function profile(people: People, app: App, user: User): object {
  return {
    open_id: people.openId(app.appId, { kind: "user", user }),
    union_id: user.unionId,
    user_id: user.userId,
    name: user.name,
    en_name: user.name,
    avatar: { avatar_72: "", avatar_240: "", avatar_640: "", avatar_origin: "" },
    status: { is_activated: true, is_exited: false, is_frozen: false, is_resigned: false, is_unjoin: false },
  };
}
