import {
  type ControlCommand,
  type ControlInput,
  isRecord,
  type JsonRecord,
  numberAt,
  stringAt,
} from "@loong/emulator-kit";
import type { DropMode } from "./connections.ts";
import { emulatorErrors } from "./errors.ts";
import type { Fault } from "./faults.ts";
import type { Parts } from "./parts.ts";
import type { Saying } from "./saying.ts";
import type { SayOptions, Stage } from "./stage.ts";

/** Everything the control API can do. */
export function controlCommands(stage: Stage, parts: Parts): readonly ControlCommand[] {
  return [...roomCommands(stage), ...memberCommands(stage), ...lookCommands(stage, parts), ...troubleCommands(stage)];
}

function roomCommands(stage: Stage): readonly ControlCommand[] {
  return [
    {
      route: "POST /users",
      takes: "name, id?, username?",
      run: (input) =>
        stage.user(
          input.text("name"),
          defined({ id: input.optionalNumber("id"), username: input.optional("username") }),
        ),
    },
    {
      route: "POST /direct-chats",
      takes: "user, bot",
      run: (input) => stage.directChat(input.text("user"), input.text("bot")),
    },
    {
      route: "POST /groups",
      takes: "name, members[], bots[], type? (group, supergroup, channel), forum?",
      run: (input) =>
        stage.group(input.text("name"), input.list("members"), input.list("bots"), {
          type: groupType(input.optional("type")),
          forum: input.fields["forum"] === true,
        }),
    },
    {
      route: "POST /chats/:chat/topics",
      takes: "name",
      run: (input) => stage.topic(input.text("chat"), input.text("name")),
    },
    {
      route: "POST /chats/:chat/messages",
      takes: "from, text | type + file{base64, name}? + caption? + value?, replyTo?, threadId?, mentions[]?",
      run: (input) => stage.say(input.text("chat"), input.text("from"), sayingOf(input), sayOptions(input)),
    },
    {
      route: "PATCH /chats/:chat/messages/:message",
      takes: "text",
      run: (input) => stage.edit(input.text("chat"), input.number("message"), input.text("text")),
    },
    {
      route: "DELETE /chats/:chat/messages/:message",
      takes: "",
      run: (input) => stage.remove(input.text("chat"), input.number("message")),
    },
    {
      route: "POST /chats/:chat/messages/:message/reactions",
      takes: "user, emoji?",
      run: (input) =>
        stage.react(input.text("user"), input.text("chat"), input.number("message"), input.optional("emoji")),
    },
    {
      route: "POST /chats/:chat/messages/:message/press",
      takes: "user, data",
      run: (input) => stage.press(input.text("user"), input.text("chat"), input.number("message"), input.text("data")),
    },
    { route: "POST /chats/:chat/stop-draft", takes: "", run: (input) => stage.stopDraft(input.text("chat")) },
  ];
}

function memberCommands(stage: Stage): readonly ControlCommand[] {
  const change = (verb: "join" | "leave" | "kick" | "promote"): ControlCommand => ({
    route: `POST /chats/:chat/${verb}`,
    takes: "who",
    run: (input) => stage[verb](input.text("chat"), input.text("who")),
  });
  return [
    change("join"),
    change("leave"),
    change("kick"),
    change("promote"),
    { route: "POST /chats/:chat/migrate", takes: "", run: (input) => stage.migrate(input.text("chat")) },
    {
      route: "POST /users/:user/block",
      takes: "bot",
      run: (input) => stage.block(input.text("user"), input.text("bot")),
    },
    {
      route: "POST /users/:user/unblock",
      takes: "bot",
      run: (input) => stage.unblock(input.text("user"), input.text("bot")),
    },
  ];
}

function lookCommands(stage: Stage, { world, faults }: Parts): readonly ControlCommand[] {
  return [
    {
      route: "GET /state",
      takes: "",
      run: () => ({
        bots: world.actors.bots().map(({ id }) => stage.bot(id)),
        users: world.actors.users().map(({ name }) => stage.user(name)),
        chats: stage.chats(),
      }),
    },
    { route: "GET /chats/:chat/messages", takes: "", run: (input) => ({ messages: stage.shows(input.text("chat")) }) },
    {
      route: "GET /chats/:chat/wait",
      takes: "text (part of it)?, from (user, bot or a name)?, after (message id)?, timeoutMs?",
      run: (input) => waitFor(stage, input),
    },
    {
      route: "GET /chats/:chat/drafts",
      takes: "",
      run: (input) => ({ visible: stage.draft(input.text("chat")), drafts: stage.drafts(input.text("chat")) }),
    },
    { route: "GET /requests", takes: "", run: () => ({ requests: stage.requests() }) },
    { route: "DELETE /requests", takes: "", run: () => stage.clearRequests() },
    { route: "GET /bots/:bot/updates", takes: "", run: (input) => ({ updates: stage.updates(input.text("bot")) }) },
    { route: "GET /bots/:bot/webhook", takes: "", run: (input) => stage.webhookInfo(input.text("bot")) },
    { route: "GET /faults", takes: "", run: () => ({ faults: faults.list() }) },
  ];
}

function troubleCommands(stage: Stage): readonly ControlCommand[] {
  return [
    { route: "POST /faults", takes: "a fault", run: (input) => ({ id: stage.inject(faultOf(input.fields)) }) },
    { route: "DELETE /faults", takes: "", run: () => stage.clearFaults() },
    { route: "DELETE /faults/:fault", takes: "", run: (input) => stage.removeFault(input.text("fault")) },
    {
      route: "POST /updates/:update/redeliver",
      takes: "bot?",
      run: (input) => stage.redeliver(input.number("update"), input.optional("bot")),
    },
    {
      route: "POST /bots/:bot/token",
      takes: "token",
      run: (input) => stage.rotateToken(input.text("bot"), input.text("token")),
    },
    {
      route: "POST /bots/:bot/restart-update-ids",
      takes: "first?",
      run: (input) => stage.restartUpdateIds(input.text("bot"), input.optionalNumber("first")),
    },
    {
      route: "POST /bots/:bot/second-poller",
      takes: "",
      run: (input) => {
        stage.secondPoller(input.text("bot"));
      },
    },
    { route: "POST /files/expire", takes: "", run: () => stage.expireFileLinks() },
    {
      route: "POST /connections/drop",
      takes: "mode? (close, reset, half-open)",
      run: (input) => ({ dropped: stage.dropConnections({ mode: modeOf(input) }) }),
    },
    { route: "POST /advance", takes: "ms", run: (input) => stage.advance(input.number("ms")) },
  ];
}

function waitFor(stage: Stage, input: ControlInput): Promise<unknown> {
  const [part, from, after] = [input.optional("text"), input.optional("from"), input.optionalNumber("after")];
  return stage.waitFor(
    input.text("chat"),
    (message) =>
      (part === undefined || message.text.includes(part)) &&
      (from === undefined || message.from.kind === from || message.from.name === from) &&
      (after === undefined || message.messageId > after),
    defined({ timeoutMs: input.optionalNumber("timeoutMs") }),
  );
}

function sayingOf(input: ControlInput): Saying {
  const text = input.optional("text");
  if (text !== undefined) return text;
  const file = input.fields["file"];
  return {
    type: input.text("type"),
    ...defined({
      caption: input.optional("caption"),
      value: input.fields["value"],
      sizeBytes: numberAt(file, "sizeBytes"),
    }),
    ...(isRecord(file)
      ? { bytes: Buffer.from(stringAt(file, "base64") ?? "", "base64"), ...defined({ name: stringAt(file, "name") }) }
      : {}),
  };
}

function sayOptions(input: ControlInput): SayOptions {
  return {
    mentions: input.list("mentions"),
    ...defined({ replyTo: input.optionalNumber("replyTo"), threadId: input.optionalNumber("threadId") }),
  };
}

/** Without the keys that have no value. */
function defined<T extends object>(fields: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}

/** Far from a full check: whoever injects a fault wants trouble anyway. */
function faultOf(fields: JsonRecord): Fault {
  if (typeof fields["path"] !== "string" || fields["action"] === undefined)
    throw emulatorErrors.TELEGRAM_EMULATOR_REQUEST(["a fault needs a path and an action"]);
  return fields as unknown as Fault;
}

function groupType(type = "supergroup"): "group" | "supergroup" | "channel" {
  if (type === "group" || type === "supergroup" || type === "channel") return type;
  throw emulatorErrors.TELEGRAM_EMULATOR_REQUEST(["type must be group, supergroup or channel"]);
}

function modeOf(input: ControlInput): DropMode {
  const mode = input.optional("mode") ?? "close";
  if (mode === "close" || mode === "reset" || mode === "half-open") return mode;
  throw emulatorErrors.TELEGRAM_EMULATOR_REQUEST(["mode must be close, reset or half-open"]);
}
