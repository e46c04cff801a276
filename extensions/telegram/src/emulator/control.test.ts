import { afterEach, beforeEach, expect, test } from "vitest";
import { botClient } from "../../test/emulator/bot-client.ts";
import { DEFAULT_BOT, emulator as command } from "./index.ts";

const BOT = DEFAULT_BOT.username;
let running: Awaited<ReturnType<typeof command.start>>;

beforeEach(async () => {
  running = await command.start({ args: [] });
});
afterEach(() => running.close());

async function control<T = Record<string, unknown>>(route: string, body?: object): Promise<T> {
  const [method, path] = route.split(" ");
  const response = await fetch(`${running.url}/_emulator${path}`, {
    ...(method === undefined ? {} : { method }),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return (await response.json()) as T;
}

test("starts with a bot, a person, a private chat and a group, and says how to use them", async () => {
  const state = await control<{ users: { userId: number }[] }>("GET /state");
  expect(state).toMatchObject({
    bots: [{ username: BOT }],
    users: [{ name: "Ada" }],
    chats: [{ type: "private" }, { name: "Ops", type: "supergroup" }],
  });
  const notes = running.notes.join("\n");
  expect(notes).toContain(`loong config set channels.telegram.baseUrl ${running.url}`);
  expect(notes).toContain(`loong config set channels.telegram.botToken ${DEFAULT_BOT.token}`);
  expect(notes).toContain(String(state.users[0]?.userId));
});

test("speaks, waits, looks and presses from another process", async () => {
  const bot = botClient(running.url);
  const said = await control<{ messageId: number; updateId: number }>("POST /chats/Ops/messages", {
    from: "Ada",
    text: "hi",
    mentions: [BOT],
  });
  expect(said.updateId).toBeGreaterThan(0);
  const waiting = control<{ messageId: number }>(`GET /chats/Ops/wait?from=bot&after=${said.messageId}`);
  const { chats } = await control<{ chats: { chatId: number; name: string }[] }>("GET /state");
  const chat_id = chats.find(({ name }) => name === "Ops")?.chatId;
  const reply_markup = { inline_keyboard: [[{ text: "go", callback_data: "yes" }]] };
  await bot("sendMessage", { chat_id, text: "press", reply_markup });
  const shown = await waiting;
  expect(shown).toMatchObject({ text: "press" });
  const pressed = control(`POST /chats/Ops/messages/${shown.messageId}/press`, { user: "Ada", data: "yes" });
  const { result } = await bot<{ callback_query?: { id: string } }[]>("getUpdates", {
    timeout: 5,
    offset: said.updateId + 1,
  });
  await bot("answerCallbackQuery", { callback_query_id: result[0]?.callback_query?.id, text: "ok" });
  expect(await pressed).toMatchObject({ answered: true, text: "ok" });
  expect(await control(`GET /bots/${BOT}/updates`)).toMatchObject({
    updates: [{ confirmed: true }, { confirmed: false }],
  });
});

test("makes people, rooms and trouble", async () => {
  await control("POST /users", { name: "Bo", id: 42 });
  expect(await control("POST /direct-chats", { user: "Bo", bot: BOT })).toMatchObject({ chatId: 42, type: "private" });
  expect(await control("POST /groups", { name: "Forum", members: ["Bo"], bots: [BOT], forum: true })).toMatchObject({
    type: "supergroup",
  });
  expect(await control("POST /chats/Forum/topics", { name: "News" })).toHaveProperty("threadId");
  expect(
    await control("POST /chats/42/messages", {
      from: "Bo",
      type: "document",
      file: { base64: "aGk=", name: "a.txt" },
      caption: "see",
    }),
  ).toHaveProperty("messageId");
  expect(await control("GET /chats/42/messages")).toMatchObject({ messages: [{ type: "document", text: "see" }] });
  const { id } = await control<{ id: string }>("POST /faults", { path: "getMe", action: { status: 500 } });
  expect((await botClient(running.url)("getMe")).status).toBe(500);
  await control(`DELETE /faults/${id}`);
  expect((await botClient(running.url)("getMe")).status).toBe(200);
  expect(await control("GET /requests")).toMatchObject({ requests: [{ status: 500 }, { status: 200 }] });
  expect(await control("POST /connections/drop", { mode: "sideways" })).toMatchObject({
    code: "TELEGRAM_EMULATOR_REQUEST",
  });
  expect(await control("POST /faults", {})).toMatchObject({ code: "TELEGRAM_EMULATOR_REQUEST" });
  expect(await control("GET /chats/Nowhere/messages")).toMatchObject({ code: "TELEGRAM_EMULATOR_NOT_FOUND" });
  expect(await control("GET /nothing")).toHaveProperty("commands");
});
