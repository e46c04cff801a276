import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createStillClock } from "@loong/emulator-kit";
import { botClient, until, type BotClient, type Update } from "../../test/emulator/bot-client.ts";
import {
  DEFAULT_BOT,
  startTelegramEmulator,
  type ChatHandle,
  type EmulatorOptions,
  type TelegramEmulator,
} from "./index.ts";

const BOT = DEFAULT_BOT.username;

interface Push {
  readonly headers: IncomingHttpHeaders;
  readonly update: Update;
  readonly response: ServerResponse;
}

let emulator: TelegramEmulator;
let bot: BotClient;
let direct: ChatHandle;
let hook: Server;
let url: string;
let pushes: Push[];
/** Answers each push; leaving it out keeps the emulator waiting. */
let answer: (push: Push) => void;

async function start(options: EmulatorOptions = {}): Promise<void> {
  await emulator?.close();
  emulator = await startTelegramEmulator({ clock: createStillClock(), ...options });
  bot = botClient(emulator.url);
  direct = emulator.directChat("Ada", BOT);
}

beforeEach(async () => {
  pushes = [];
  answer = ({ response }) => response.end();
  hook = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const push = {
        headers: request.headers,
        update: JSON.parse(Buffer.concat(chunks).toString()) as Update,
        response,
      };
      pushes.push(push);
      answer(push);
    });
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => hook.once("listening", resolve));
  url = `http://127.0.0.1:${(hook.address() as AddressInfo).port}/telegram`;
  await start();
});
afterEach(async () => {
  await emulator.close();
  hook.closeAllConnections();
  hook.close();
});

const say = (text: string, chat: ChatHandle = direct): number => emulator.say(chat, "Ada", text).updateId;
const pushed = (count: number): Promise<void> => until(() => pushes.length >= count);
const textsOf = (): unknown[] => pushes.map(({ update }) => update.message?.text);
const status =
  (code: number, headers = {}) =>
  ({ response }: Push): void => {
    response.writeHead(code, headers).end();
  };

describe("setWebhook", () => {
  test("takes https addresses, and plain http on this machine", async () => {
    const set = (address: string, more = {}) => {
      emulator.advance(1000);
      return bot("setWebhook", { url: address, ...more });
    };
    expect(await set("http://example.com/hook")).toMatchObject({
      description: "Bad Request: bad webhook: An HTTPS URL must be provided for webhook",
    });
    expect(await set("https://example.com:3000/hook")).toMatchObject({
      description: "Bad Request: bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443",
    });
    expect(await set("nonsense")).toMatchObject({ description: "Bad Request: invalid webhook URL specified" });
    expect(await set(url, { secret_token: "no spaces" })).toMatchObject({
      description: "Bad Request: secret token contains unallowed characters",
    });
    expect((await set("https://example.com:8443/hook")).ok).toBe(true);
    expect((await set(url, { max_connections: 500, allowed_updates: ["message"] })).ok).toBe(true);
    expect(emulator.webhookInfo(BOT)).toMatchObject({ url, max_connections: 100, allowed_updates: ["message"] });
    expect((await bot("setWebhook", { url: "" })).ok).toBe(true);
    expect((await bot("getWebhookInfo")).result).toMatchObject({ url: "", pending_update_count: 0 });
  });

  test("may be called once a second", async () => {
    await bot("setWebhook", { url });
    expect(await bot("setWebhook", { url })).toMatchObject({ status: 429, parameters: { retry_after: 1 } });
  });
});

describe("a push", () => {
  test("carries the secret, and counts as confirmed with any 2xx", async () => {
    say("before");
    await bot("setWebhook", { url, secret_token: "s3cret" });
    await pushed(1);
    expect(pushes[0]?.headers).toMatchObject({
      "x-telegram-bot-api-secret-token": "s3cret",
      "content-type": "application/json",
    });
    answer = status(204);
    say("after");
    await until(() => emulator.updates(BOT).every(({ confirmed }) => confirmed));
    expect(textsOf()).toEqual(["before", "after"]);
    expect(JSON.stringify(emulator.requests())).not.toContain("s3cret");
  });

  test("waits for the one before it in the same chat, not in others", async () => {
    answer = () => {};
    const other = emulator.group("Ops", ["Ada"], [BOT], { type: "channel" });
    await bot("setWebhook", { url });
    for (const text of ["one", "two"]) say(text);
    say("elsewhere", other);
    await pushed(2);
    expect(pushes).toHaveLength(2);
    const [before, aside] = pushes.toSorted((a, b) => a.update.update_id - b.update.update_id);
    expect(before?.update.message?.text).toBe("one");
    expect(aside?.update["channel_post"]).toBeDefined();
    answer = ({ response }) => response.end();
    before?.response.end();
    await pushed(3);
    expect(pushes[2]?.update.message?.text).toBe("two");
    aside?.response.end();
  });

  test("keeps to the connections it may use", async () => {
    answer = () => {};
    const rooms = ["A", "B", "C"].map((name) => emulator.group(name, ["Ada"], [BOT], { type: "channel" }));
    await bot("setWebhook", { url, max_connections: 2 });
    for (const room of rooms) say("x", room);
    await pushed(2);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(pushes).toHaveLength(2);
    for (const { response } of pushes) response.end();
    await pushed(3);
    pushes[2]?.response.end();
  });

  test("comes again until it is taken, at once and then ever later", async () => {
    const codes = [500, 502, 503, 200];
    answer = (push) => status(codes[pushes.length - 1] ?? 0)(push);
    const failed = (why: string): Promise<void> =>
      until(() => emulator.webhookInfo(BOT).last_error_message === `Wrong response from the webhook: ${why}`);
    await bot("setWebhook", { url });
    say("stubborn");
    await failed("502 Bad Gateway");
    expect(emulator.webhookInfo(BOT)).toMatchObject({ pending_update_count: 1 });
    emulator.advance(2000);
    await failed("503 Service Unavailable");
    emulator.advance(4000);
    await until(() => emulator.webhookInfo(BOT).pending_update_count === 0);
    expect(pushes).toHaveLength(4);
    expect(new Set(pushes.map(({ update }) => update.update_id)).size).toBe(1);
  });

  test("heeds Retry-After", async () => {
    answer = status(429, { "retry-after": "50" });
    await bot("setWebhook", { url });
    say("later");
    await pushed(1);
    await until(() => emulator.webhookInfo(BOT).last_error_message !== undefined);
    answer = status(200);
    emulator.advance(49_000);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(pushes).toHaveLength(1);
    emulator.advance(1000);
    await pushed(2);
  });

  test("gives up on one that does not answer, and says so", async () => {
    await start({ webhookTimeoutMs: 50 });
    answer = () => {};
    await bot("setWebhook", { url });
    say("slow");
    await until(() => emulator.webhookInfo(BOT).last_error_message === "Read timeout expired");
    expect(emulator.webhookInfo(BOT).pending_update_count).toBe(1);
  });

  test("stops for good after a day of 410", async () => {
    answer = status(410);
    await bot("setWebhook", { url });
    say("gone");
    await pushed(2);
    await until(() => emulator.webhookInfo(BOT).last_error_message !== undefined);
    emulator.advance(23 * 3600 * 1000 + 1000);
    await until(() => emulator.webhookInfo(BOT).url === "");
    expect(emulator.webhookInfo(BOT).pending_update_count).toBe(1);
  });

  test("may be answered with a method", async () => {
    answer = ({ response }) => {
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify({ method: "sendMessage", chat_id: direct.chatId, text: "by the way" }));
    };
    await bot("setWebhook", { url });
    say("hi");
    expect(await emulator.waitFor(direct, ({ from }) => from.kind === "bot")).toMatchObject({ text: "by the way" });
    expect(emulator.requests().at(-1)).toMatchObject({ httpMethod: "WEBHOOK", method: "sendMessage" });
  });

  test("is repeated on demand", async () => {
    await bot("setWebhook", { url });
    const id = say("twice");
    await until(() => emulator.webhookInfo(BOT).pending_update_count === 0);
    emulator.redeliver(id);
    await pushed(2);
    expect(textsOf()).toEqual(["twice", "twice"]);
  });
});
