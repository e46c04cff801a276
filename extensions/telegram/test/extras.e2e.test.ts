import { existsSync, readFileSync, readdirSync } from "node:fs";
import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type ChatHandle, DEFAULT_BOT, type RichSaying, type UserHandle } from "@loong/telegram/emulator";
import {
  type Stage,
  botMessages,
  botToken,
  connected,
  never,
  newKey,
  recorder,
  serving,
  setUp,
  until,
} from "./account.ts";

let stage: Stage;
let ann: UserHandle;
let chat: ChatHandle;

beforeEach(async () => {
  stage = await setUp();
  ann = stage.emulator.user("Ann");
  chat = stage.emulator.directChat(ann, botToken);
});
afterEach(() => stage.close());

const at = (messageId: number) => ({ conversationId: String(chat.chatId), messageId: `${chat.chatId}:${messageId}` });
const calls = (method: string) => stage.emulator.requests().filter((request) => request.method === method);
const PNG = Buffer.from("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489", "hex");

describe("probe", () => {
  test("tells who the bot is, and what privacy mode means for groups", async () => {
    expect(await stage.channel.probe(never)).toMatchObject({
      ok: true,
      identity: { id: "123456", name: "Loong (@loong_bot)" },
      problems: [],
      notices: [{ code: "TELEGRAM_PRIVACY_MODE", hint: expect.stringContaining("/setprivacy") }],
    });
  });

  test("is content with a bot that sees its groups", async () => {
    const open = await setUp({ bots: [{ ...DEFAULT_BOT, canReadAllGroupMessages: true }] });
    const report = await open.channel.probe(never);
    await open.close();
    expect(report).not.toHaveProperty("notices");
  });

  test("notices a webhook that keeps polls empty, and a missing one", async () => {
    const codes = async (mode: "polling" | "webhook") =>
      (await stage.open({ mode, webhookSecret: "s" }).probe(never)).notices?.map(({ code }) => code);
    expect(await codes("webhook")).toContain("TELEGRAM_WEBHOOK_UNSET");
    await fetch(`${stage.emulator.url}/bot${botToken}/setWebhook?url=https%3A%2F%2Fbots.example.com%2Fsecret-path`);
    expect(await codes("polling")).toContain("TELEGRAM_WEBHOOK_SET");
    expect(JSON.stringify(await stage.channel.probe(never))).not.toContain("secret-path");
  });

  test.each([
    ["of another bot", { botToken: "123456:wrong-token-EEEEEEEEEEEEEEEEEEEEEEEE" }, "TELEGRAM_TOKEN_REJECTED"],
    ["that is none", { botToken: "hello" }, "TELEGRAM_TOKEN_FORM"],
    ["that is missing", { botToken: "" }, "TELEGRAM_TOKEN_MISSING"],
  ])("finds a token %s", async (_what, changes, code) => {
    const report = await stage.open(changes).probe(never);
    expect(report).toMatchObject({ ok: false, problems: [{ code, hint: expect.stringContaining("botToken") }] });
  });

  test("finds a base URL that would give the token away", async () => {
    const report = await stage.open({ baseUrl: "http://bots.example.com" }).probe(never);
    expect(report).toMatchObject({ ok: false, problems: [{ code: "TELEGRAM_BASE_URL" }] });
  });
});

test("typing is shown, and a refusal says so", async () => {
  await stage.channel.typing!.stop(await stage.channel.typing!.start(at(1), never), never);
  expect(calls("sendChatAction")[0]?.params).toMatchObject({ action: "typing", chat_id: chat.chatId });
  stage.emulator.inject({ path: "sendChatAction", action: { retryAfterSeconds: 3 } });
  await expect(stage.channel.typing!.start(at(1), never)).rejects.toMatchObject({ code: "TELEGRAM_RATE_LIMITED" });
});

test("reactions are set and taken back, and unknown ones refused", async () => {
  const { messageId } = stage.emulator.say(chat, ann, "hello");
  const { reactions } = stage.channel;
  const id = await reactions!.add(at(messageId), "👍", never);
  expect(stage.emulator.shows(chat)[0]?.reactions).toMatchObject([{ emoji: "👍", byId: 123456 }]);
  await reactions!.remove(at(messageId), id, never);
  expect(stage.emulator.shows(chat)[0]?.reactions).toEqual([]);
  await expect(reactions!.add(at(messageId), "NO_SUCH", never)).rejects.toMatchObject({
    code: "TELEGRAM_REACTION_REFUSED",
  });
  await expect(reactions!.add({ ...at(1), messageId: "om_1" }, "👍", never)).rejects.toMatchObject({
    code: "TELEGRAM_MESSAGE_REF",
  });
});

describe("attachments", () => {
  const folder = () => join(stage.directory, "media");
  const left = () => (existsSync(folder()) ? readdirSync(folder()) : []);

  async function attachment(saying: RichSaying) {
    const inbound = recorder();
    const link = serving(stage.channel, inbound);
    await connected(inbound);
    stage.emulator.say(chat, ann, saying);
    await until(() => inbound.events.length === 1, "heard");
    await link.stop();
    const [found] = inbound.events[0]?.attachments ?? [];
    if (found === undefined) throw new Error("no attachment");
    const fetchIt = (maxBytes: number) =>
      stage.channel.media!.fetch(at(1), found.ref, { kind: found.kind, directory: folder(), maxBytes }, never);
    return { found, fetchIt, text: inbound.events[0]?.text };
  }

  test.each(["photo", "document", "voice", "video", "sticker"])("of the type %s are fetched", async (type) => {
    const { fetchIt } = await attachment({ type, bytes: PNG, name: "../../evil.exe" });
    const { path, mimeType, sizeBytes } = await fetchIt(1_000_000);
    expect([mimeType, sizeBytes]).toEqual(["image/png", PNG.length]);
    expect(path).toMatch(/^[^.]*\/[0-9a-f-]{36}\.png$/);
    expect(readFileSync(path)).toEqual(PNG);
  });

  test("come with their words", async () => {
    const { found, text } = await attachment({ type: "document", bytes: PNG, name: "a.png", caption: "look" });
    expect(text).toBe("look");
    expect(found).toMatchObject({ kind: "file", name: "a.png", sizeBytes: PNG.length });
  });

  test("above the limit leave nothing behind", async () => {
    const { fetchIt } = await attachment({ type: "document", bytes: Buffer.alloc(100_000, 1), name: "big" });
    await expect(fetchIt(99_999)).rejects.toMatchObject({ code: "TELEGRAM_MEDIA_TOO_LARGE" });
    expect(left()).toEqual([]);
  });

  test("that the platform does not hand out say why", async () => {
    const { fetchIt } = await attachment({ type: "video", bytes: PNG, sizeBytes: 30_000_000 });
    await expect(fetchIt(100_000_000)).rejects.toMatchObject({ code: "TELEGRAM_MEDIA_TOO_LARGE", outcome: "rejected" });
  });

  test.each(["reset-after", "html"] as const)("whose download fails (%s) leave nothing behind", async (action) => {
    const { fetchIt } = await attachment({ type: "document", bytes: Buffer.alloc(300_000, 1), name: "big" });
    stage.emulator.inject({ path: "file", action });
    await expect(fetchIt(1_000_000)).rejects.toMatchObject({ name: "LoongError" });
    expect(left()).toEqual([]);
  });

  /** A Bot API server whose files are not what it said. */
  async function oddServer(filePath: string, answerFile: (request: IncomingMessage, answer: ServerResponse) => void) {
    const server = createServer((request, answer) => {
      if (request.url?.startsWith("/file/")) return answerFile(request, answer);
      answer.end(JSON.stringify({ ok: true, result: { file_id: "f", file_unique_id: "u", file_path: filePath } }));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const channel = stage.open({ baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
    const options = { kind: "file", directory: folder(), maxBytes: 1_000 } as const;
    const fetched = channel.media!.fetch(at(1), "f", options, never);
    return { fetched: fetched.finally(() => server.close()) };
  }

  test("that break off leave nothing behind", async () => {
    const { fetched } = await oddServer("documents/a", (request, answer) => {
      answer.writeHead(200, { "content-length": 100 });
      answer.write("half", () => request.socket.destroy());
    });
    await expect(fetched).rejects.toMatchObject({ code: "TELEGRAM_UNREACHABLE" });
    expect(left()).toEqual([]);
  });

  test("that are larger than was said are cut off", async () => {
    const { fetched } = await oddServer("documents/a", (_request, answer) => answer.end(Buffer.alloc(100_000)));
    await expect(fetched).rejects.toMatchObject({ code: "TELEGRAM_MEDIA_TOO_LARGE" });
    expect(left()).toEqual([]);
  });

  test.each(["/etc/passwd", "../../etc/passwd", ""])("at %j are not asked for", async (path) => {
    const { fetched } = await oddServer(path, (_request, answer) => answer.end("no"));
    await expect(fetched).rejects.toMatchObject({ code: "TELEGRAM_MEDIA_UNAVAILABLE" });
  });
});

test("an answer to a press of a button hangs on the message with the button", async () => {
  const card = { text: "?", reply_markup: { inline_keyboard: [[{ text: "Go", callback_data: "go" }]] } };
  const group = stage.emulator.group("ops", [ann], [botToken]);
  const inbound = recorder();
  const link = serving(stage.channel, inbound);
  await connected(inbound);
  const { messageId } = await stage.channel.send(
    { idempotencyKey: newKey(), to: String(group.chatId), content: { type: "card", card, fallbackText: "?" } },
    never,
  );
  await stage.emulator.press(ann, group, Number(messageId.split(":")[1]), "go");
  const [press] = inbound.events;
  await stage.channel.send(
    {
      idempotencyKey: newKey(),
      to: String(group.chatId),
      inReplyTo: press!.messageId,
      content: { type: "text", text: "going" },
    },
    never,
  );
  expect(botMessages(stage.emulator, group).at(-1)).toMatchObject({
    text: "going",
    parentId: Number(messageId.split(":")[1]),
  });
  await link.stop();
});
