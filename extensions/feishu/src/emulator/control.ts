import type { ServerResponse } from "node:http";
import {
  type ControlCommand,
  type ControlInput,
  createControl as controlOver,
  isRecord,
  type JsonRecord,
  listAt,
  numberAt,
  reply,
  stringAt,
} from "@loong/emulator-kit";
import { isLoongError } from "@loong/sdk";
import type { Incoming } from "./api/server.ts";
import type { Parts } from "./parts.ts";
import { emulatorErrors } from "./errors.ts";
import type { DropMode } from "./events/long-connection.ts";
import type { Fault } from "./faults.ts";
import type { RichSaying, Saying } from "./saying.ts";
import type { SayOptions, Stage } from "./stage.ts";

type Commands = readonly ControlCommand[];

/**
 * The control API: everything the JavaScript API can do, for tests and demos in other processes. People, chats and apps
 * are given by name or by id. It is meant for this machine only and has no password.
 */
export function createControl(
  stage: Stage,
  parts: Parts,
): (incoming: Incoming, response: ServerResponse) => Promise<void> {
  const commands = [...roomCommands(stage), ...lookCommands(stage, parts), ...troubleCommands(stage)];
  const control = controlOver(commands, {
    missing: (name) => emulatorErrors.FEISHU_EMULATOR_REQUEST([`"${name}" is missing`]),
    statusOf: (error) => (isLoongError(error) ? (error.code === "FEISHU_EMULATOR_NOT_FOUND" ? 404 : 400) : undefined),
  });
  return async (incoming, response) => reply(response, await control(incoming));
}

function roomCommands(stage: Stage): Commands {
  return [
    { route: "POST /users", takes: "name", run: (input) => stage.user(input.text("name")) },
    {
      route: "POST /direct-chats",
      takes: "user, app",
      run: (input) => stage.directChat(input.text("user"), input.text("app")),
    },
    {
      route: "POST /groups",
      takes: "name, members[], apps[], topics?",
      run: (input) =>
        stage.group(input.text("name"), input.list("members"), input.list("apps"), {
          topics: input.fields["topics"] === true,
        }),
    },
    {
      route: "POST /chats/:chat/messages",
      takes:
        "from, text | type + content? + file?{base64, name, durationMs}, replyTo?, threadOf?, mentions[]?, createdAtMs?",
      run: (input) => stage.say(input.text("chat"), input.text("from"), sayingOf(input), sayOptions(input)),
    },
    { route: "DELETE /messages/:message", takes: "", run: (input) => stage.recall(input.text("message")) },
    {
      route: "POST /messages/:message/reactions",
      takes: "user, emoji",
      run: (input) => ({ reactionId: stage.react(input.text("user"), input.text("message"), input.text("emoji")) }),
    },
    {
      route: "DELETE /messages/:message/reactions/:reaction",
      takes: "",
      run: (input) => stage.unreact(input.text("message"), input.text("reaction")),
    },
    {
      route: "POST /messages/:message/click",
      takes: "user, value?, tag?, name?, option?, formValue?, inputValue?, checked?",
      run: (input) => stage.clickCard(input.text("user"), input.text("message"), input.fields),
    },
    {
      route: "POST /chats/:chat/read",
      takes: "user, messageIds[]",
      run: (input) => stage.read(input.text("chat"), input.text("user"), input.list("messageIds")),
    },
    {
      route: "POST /chats/:chat/enter",
      takes: "user",
      run: (input) => stage.enterChat(input.text("chat"), input.text("user")),
    },
    {
      route: "POST /chats/:chat/bots",
      takes: "app, operator",
      run: (input) => stage.addBot(input.text("chat"), input.text("app"), input.text("operator")),
    },
    {
      route: "DELETE /chats/:chat/bots/:app",
      takes: "operator",
      run: (input) => stage.removeBot(input.text("chat"), input.text("app"), input.text("operator")),
    },
    { route: "DELETE /chats/:chat", takes: "", run: (input) => stage.disband(input.text("chat")) },
    {
      route: "POST /chats/:chat/custom-bots",
      takes: "name?, secret?, keywords[]?, allowedIps[]?",
      run: (input) => ({ url: stage.customBot(input.text("chat"), input.fields) }),
    },
  ];
}

function lookCommands(stage: Stage, { world, faults }: Parts): Commands {
  return [
    {
      route: "GET /state",
      takes: "",
      run: () => ({
        apps: world.apps.all().map((app) => stage.app(app.appId)),
        users: world.people.all().map((user) => stage.user(user.name)),
        chats: stage.chats(),
      }),
    },
    { route: "GET /chats/:chat/messages", takes: "", run: (input) => ({ messages: stage.shows(input.text("chat")) }) },
    {
      route: "GET /chats/:chat/wait",
      takes: "text (part of it)?, from (user or app)?, after (message id)?, timeoutMs?",
      run: (input) => waitFor(stage, input),
    },
    { route: "GET /cards", takes: "", run: () => ({ cards: stage.cards() }) },
    { route: "GET /requests", takes: "", run: () => ({ requests: stage.requests() }) },
    { route: "DELETE /requests", takes: "", run: () => stage.clearRequests() },
    { route: "GET /deliveries", takes: "", run: () => ({ deliveries: stage.deliveries() }) },
    {
      route: "GET /connections",
      takes: "app?",
      run: (input) => ({ connections: stage.connections(input.optional("app")) }),
    },
    { route: "GET /faults", takes: "", run: () => ({ faults: faults.list() }) },
  ];
}

function troubleCommands(stage: Stage): Commands {
  return [
    { route: "POST /faults", takes: "a fault", run: (input) => ({ id: stage.inject(faultOf(input.fields)) }) },
    { route: "DELETE /faults", takes: "", run: () => stage.clearFaults() },
    { route: "DELETE /faults/:fault", takes: "", run: (input) => stage.removeFault(input.text("fault")) },
    {
      route: "POST /events/:event/redeliver",
      takes: "newEventId?",
      run: (input) => {
        const newEventId = input.optional("newEventId");
        return { eventId: stage.redeliver(input.text("event"), newEventId === undefined ? {} : { newEventId }) };
      },
    },
    {
      route: "POST /apps/:app/events",
      takes: "type, event{}, schema?",
      run: (input) => ({
        eventId: stage.emit(input.text("app"), input.text("type"), eventOf(input.fields), { schema: schemaOf(input) }),
      }),
    },
    {
      route: "POST /connections/drop",
      takes: "mode? (close, terminate, half-open), app?",
      run: (input) => {
        const app = input.optional("app");
        return { dropped: stage.dropConnections({ mode: modeOf(input), ...(app === undefined ? {} : { app }) }) };
      },
    },
    {
      route: "POST /apps/:app/webhook",
      takes: "url",
      run: (input) => stage.pushTo(input.text("app"), input.text("url")),
    },
    { route: "DELETE /apps/:app/webhook", takes: "", run: (input) => stage.pushTo(input.text("app"), undefined) },
    { route: "POST /apps/:app/verify-url", takes: "", run: (input) => stage.verifyUrl(input.text("app")) },
    { route: "POST /apps/:app/expire-tokens", takes: "", run: (input) => stage.expireTokens(input.text("app")) },
    {
      route: "POST /apps/:app/rotate-secret",
      takes: "secret",
      run: (input) => stage.rotateSecret(input.text("app"), input.text("secret")),
    },
    {
      route: "POST /users/:user/availability",
      takes: "app, available",
      run: (input) => stage.setAvailable(input.text("user"), input.text("app"), input.fields["available"] === true),
    },
    { route: "POST /advance", takes: "ms", run: (input) => stage.advance(input.optionalNumber("ms") ?? 0) },
  ];
}

function waitFor(stage: Stage, input: ControlInput): Promise<unknown> {
  const [part, from, after] = [input.optional("text"), input.optional("from"), input.optional("after")];
  const chat = input.text("chat");
  const isAfter = (messageId: string): boolean => {
    const ids = stage.shows(chat).map((message) => message.messageId);
    return ids.indexOf(messageId) > ids.indexOf(after ?? "");
  };
  const timeoutMs = input.optionalNumber("timeoutMs");
  return stage.waitFor(
    chat,
    (message) =>
      (part === undefined || message.text.includes(part)) &&
      (from === undefined || message.from.kind === from || message.from.name === from) &&
      (after === undefined || isAfter(message.messageId)),
    timeoutMs === undefined ? {} : { timeoutMs },
  );
}

function sayingOf(input: ControlInput): Saying {
  const text = input.optional("text");
  if (text !== undefined) return text;
  const { fields } = input;
  const content = fields["content"];
  const file = isRecord(fields["file"]) ? fileOf(fields["file"]) : undefined;
  return {
    type: input.text("type"),
    ...(content === undefined ? {} : { content }),
    ...(file === undefined ? {} : { file }),
    children: (listAt(fields, "children") ?? []) as readonly Saying[],
  };
}

function fileOf(file: JsonRecord): NonNullable<RichSaying["file"]> {
  const name = stringAt(file, "name");
  const durationMs = numberAt(file, "durationMs");
  return {
    bytes: Buffer.from(stringAt(file, "base64") ?? "", "base64"),
    ...(name === undefined ? {} : { name }),
    ...(durationMs === undefined ? {} : { durationMs }),
  };
}

function sayOptions(input: ControlInput): SayOptions {
  const [replyTo, threadOf, createdAtMs] = [
    input.optional("replyTo"),
    input.optional("threadOf"),
    input.optionalNumber("createdAtMs"),
  ];
  return {
    mentions: input.list("mentions"),
    ...(replyTo === undefined ? {} : { replyTo }),
    ...(threadOf === undefined ? {} : { threadOf }),
    ...(createdAtMs === undefined ? {} : { createdAtMs }),
  };
}

/** Far from a full check: whoever injects a fault wants trouble anyway. */
function faultOf(fields: JsonRecord): Fault {
  const isHttp = typeof fields["path"] === "string";
  const isOther = ["upgrade", "ping", "event"].includes(String(fields["on"]));
  if (fields["action"] === undefined || (!isHttp && !isOther)) {
    throw emulatorErrors.FEISHU_EMULATOR_REQUEST(["a fault needs an action, and a path or on: upgrade, ping, event"]);
  }
  return fields as unknown as Fault;
}

function eventOf(fields: JsonRecord): object {
  return isRecord(fields["event"]) ? fields["event"] : {};
}

function schemaOf(input: ControlInput): "1.0" | "2.0" {
  return input.optional("schema") === "1.0" ? "1.0" : "2.0";
}

function modeOf(input: ControlInput): DropMode {
  const mode = input.optional("mode") ?? "close";
  if (mode === "close" || mode === "terminate" || mode === "half-open") return mode;
  throw emulatorErrors.FEISHU_EMULATOR_REQUEST(["mode must be close, terminate or half-open"]);
}
