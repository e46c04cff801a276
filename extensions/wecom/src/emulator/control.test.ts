import { afterEach, beforeEach, expect, test } from "vitest";
import { rawClient } from "../../test/emulator/raw-client.ts";
import { DEFAULT_BOT, emulator as command } from "./index.ts";

const BOT = DEFAULT_BOT.botId;
let running: Awaited<ReturnType<typeof command.start>>;

beforeEach(async () => {
  running = await command.start({ args: [] });
});
afterEach(() => running.close());

async function control<T = Record<string, unknown>>(route: string, body?: object): Promise<T> {
  const [method, path] = route.split(" ");
  const response = await fetch(`${running.url}/_emulator${path}`, {
    ...(method === undefined ? {} : { method }),
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
  });
  return (await response.json()) as T;
}
const client = async () => {
  const raw = await rawClient({ websocketUrl: running.url.replace("http", "ws") });
  await raw.subscribe();
  return raw;
};

test("starts with a bot, a person, a chat and a group to push to, and says how to use them", async () => {
  const state = await control<{ users: { userId: string }[]; chats: { chatId: string }[] }>("GET /state");
  expect(state).toMatchObject({
    bots: [{ botId: BOT, name: "Loong" }],
    users: [{ name: "Ada" }],
    chats: [
      { name: "Ada", type: "single", botId: BOT },
      { name: "Ops", type: "group" },
    ],
  });
  const notes = running.notes.join("\n");
  for (const key of ["websocketUrl ws://", `botId ${BOT}`, `secret ${DEFAULT_BOT.secret}`]) {
    expect(notes).toContain(`loong config set channels.wecom.${key}`);
  }
  expect(notes).toContain(state.users[0]?.userId);
  const raw = await client();
  for (const [index, chat] of state.chats.entries()) {
    const push = { chatid: chat.chatId, chat_type: index + 1, msgtype: "markdown", markdown: { content: "hi" } };
    expect(await raw.ask("aibot_send_msg", push)).toMatchObject({ errcode: 0 });
  }
});

test("speaks, waits, looks, clicks and comments from another process", async () => {
  const raw = await client();
  const said = await control<{ msgId: string; reqId: string }>("POST /chats/Ops/messages", {
    from: "Ada",
    text: "hi",
    mentions: [BOT],
  });
  await raw.callback();
  const waiting = control("GET /chats/Ops/wait?from=bot&finished=true&text=press");
  const card = {
    card_type: "button_interaction",
    main_title: { title: "press" },
    task_id: "t",
    feedback: { id: "f" },
  };
  await raw.ask("aibot_respond_msg", { msgtype: "template_card", template_card: card }, said.reqId);
  const messageId = String((await waiting)["messageId"]);
  const clicked = await control(`POST /messages/${messageId}/click`, {
    user: "Ada",
    eventKey: "k",
    selected: { q: ["1"] },
  });
  expect((await raw.callback(2)).headers.req_id).toBe(clicked["reqId"]);
  await control(`POST /messages/${messageId}/feedback`, { user: "Ada", type: 2, content: "no" });
  expect((await raw.callback(3)).body).toMatchObject({
    event: { feedback_event: { id: "f", type: 2, content: "no" } },
  });
  await control("POST /users/Ada/enter", { bot: BOT });
  expect((await raw.callback(4)).body).toMatchObject({ event: { eventtype: "enter_chat" } });
  await control("POST /chats/Ada/messages", { from: "Ada", type: "image", name: "a.png", base64: "AAAA" });
  expect(await control("GET /chats/Ada/messages")).toMatchObject({
    messages: [{ type: "image", files: [{ name: "a.png", bytes: { base64: "AAAA" } }] }],
  });
  expect(await control(`POST /callbacks/${said.msgId}/redeliver`)).toMatchObject({ reqId: expect.any(String) });
  expect(await control("GET /callbacks")).toMatchObject({ callbacks: [{ deliveries: { length: 2 } }, {}, {}, {}, {}] });
  expect(await control("GET /frames")).toMatchObject({ frames: expect.arrayContaining([]) });
});

test("breaks things and mends them", async () => {
  const { id } = await control<{ id: string }>("POST /faults", { on: "ping", action: { errcode: -1 } });
  const raw = await client();
  expect(await raw.ask("ping")).toMatchObject({ errcode: -1 });
  expect(await control("GET /faults")).toMatchObject({ faults: [{ id, applied: 1 }] });
  await control(`DELETE /faults/${id}`);
  expect(await raw.ask("ping")).toMatchObject({ errcode: 0 });
  await control(`POST /bots/${BOT}/frames`, { cmd: "ping", reqId: "p" });
  await control(`POST /bots/${BOT}/frames`, { raw: "{" });
  await control(`POST /bots/${BOT}/frames`, { rawBase64: "AAA=" });
  await control(`POST /bots/${BOT}/kick`, { closeAfterMs: "never", stays: false });
  await raw.callback();
  expect(raw.noise).toEqual(["{", "\0\0"]);
  expect(await control(`GET /connections?bot=${BOT}`)).toMatchObject({ connections: [{ state: "zombie" }] });
  await control(`POST /bots/${BOT}/rotate-secret`, { secret: "new" });
  expect(await raw.subscribe()).toMatchObject({ errcode: 853000 });
  await control("POST /expire-streams");
  await control("POST /advance", { ms: 1000 });
  expect(await control("POST /connections/drop", { mode: "reset" })).toEqual({ dropped: 1 });
  await control("DELETE /frames");
  expect(await control("GET /frames")).toEqual({ frames: [] });
});

test("makes bots, people and groups", async () => {
  await control("POST /bots", { botId: "aib_two", secret: "s", name: "Two" });
  expect(await control("POST /users", { name: "Bo", userId: "BoUser" })).toEqual({ name: "Bo", userId: "BoUser" });
  expect(await control("POST /direct-chats", { user: "Bo", bot: "aib_two" })).toMatchObject({ chatId: "BoUser" });
  const group = { name: "Dev", members: ["Bo"], bots: ["Two"], chatId: "wrDev", spoken: true };
  expect(await control("POST /groups", group)).toMatchObject({ chatId: "wrDev", type: "group" });
  await control("DELETE /chats/Dev/bots/Two");
  expect(await control("POST /chats/Dev/messages", { from: "Bo", text: "x", mentions: ["Two"] })).toMatchObject({
    reqId: "",
  });
});

test("refuses a port that is taken", async () => {
  const port = Number(new URL(running.url).port);
  await expect(command.start({ port, args: [] })).rejects.toMatchObject({ code: "WECOM_EMULATOR_PORT" });
});

test("says what is wrong with a request, and what there is", async () => {
  const cases = [
    ["POST /chats/Nowhere/messages", { from: "Ada", text: "x" }, "NOT_FOUND"],
    ["POST /users", {}, "REQUEST"],
    ["POST /faults", { action: "silent" }, "REQUEST"],
    ["POST /connections/drop", { mode: "gently" }, "REQUEST"],
    [`POST /bots/${BOT}/frames`, { raw: "x" }, "NOT_SUBSCRIBED"],
  ] as const;
  for (const [route, body, code] of cases) {
    expect(await control(route, body)).toMatchObject({ code: `WECOM_EMULATOR_${code}` });
  }
  expect(await control("GET /")).toMatchObject({
    commands: expect.arrayContaining([{ route: "GET /_emulator/state", takes: "" }]),
  });
});
