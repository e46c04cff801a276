import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createStillClock } from "@loong/emulator-kit";
import { botClient, until, type BotClient, type Update } from "../../test/emulator/bot-client.ts";
import { DEFAULT_BOT, startTelegramEmulator, type ChatHandle, type TelegramEmulator } from "./index.ts";

const BOT = DEFAULT_BOT.username;
const TERMINATED = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running";

let emulator: TelegramEmulator;
let bot: BotClient;
let direct: ChatHandle;

beforeEach(async () => {
  emulator = await startTelegramEmulator({ clock: createStillClock() });
  bot = botClient(emulator.url);
  direct = emulator.directChat("Ada", BOT);
});
afterEach(() => emulator.close());

async function poll(params: object = {}): Promise<readonly Update[]> {
  const { result } = await bot<readonly Update[]>("getUpdates", params);
  return result;
}
const texts = (updates: readonly Update[]): unknown[] => updates.map(({ message }) => message?.text);
const say = (text: string): number => emulator.say(direct, "Ada", text).updateId;
const polling = (): Promise<void> => until(() => emulator.isPolling(BOT));

describe("getUpdates", () => {
  test("starts at a large number and counts up", async () => {
    const first = say("one");
    expect(first).toBeGreaterThan(100_000_000);
    expect(say("two")).toBe(first + 1);
    expect((await poll()).map(({ update_id }) => update_id)).toEqual([first, first + 1]);
  });

  test("gives the same updates until an offset confirms them", async () => {
    const [first] = [say("one"), say("two"), say("three")];
    expect(texts(await poll({ limit: 2 }))).toEqual(["one", "two"]);
    expect(emulator.updates(BOT).map(({ confirmed }) => confirmed)).toEqual([false, false, false]);
    expect(texts(await poll({ offset: first + 2 }))).toEqual(["three"]);
    expect(emulator.updates(BOT).map(({ confirmed }) => confirmed)).toEqual([true, true, false]);
  });

  test("keeps only the last ones for a negative offset", async () => {
    for (const text of ["one", "two", "three"]) say(text);
    expect(texts(await poll({ offset: -1 }))).toEqual(["three"]);
    expect(texts(await poll({ timeout: 0, limit: 50 }))).toEqual(["three"]);
    expect(emulator.updates(BOT).map(({ state }) => state)).toEqual(["dropped", "dropped", "pending"]);
  });

  test("takes an offset far ahead for one from before the ids began anew", async () => {
    const id = say("one");
    expect(texts(await poll({ offset: id + 1_000_000 }))).toEqual(["one"]);
    expect(emulator.updates(BOT)[0]?.confirmed).toBe(false);
  });

  test("waits for an update and answers at once when it comes", async () => {
    const waiting = poll({ timeout: 30 });
    await polling();
    say("late");
    expect(texts(await waiting)).toEqual(["late"]);
  });

  test("answers with nothing when its time is over", async () => {
    const waiting = poll({ timeout: 30 });
    await polling();
    emulator.advance(29_000);
    expect(emulator.isPolling(BOT)).toBe(true);
    emulator.advance(1000);
    expect(await waiting).toEqual([]);
  });

  test("forgets a poll whose client went away", async () => {
    const controller = new AbortController();
    const gone = fetch(`${emulator.url}/bot${DEFAULT_BOT.token}/getUpdates?timeout=30`, { signal: controller.signal });
    await polling();
    controller.abort();
    await expect(gone).rejects.toThrow("aborted");
    await until(() => !emulator.isPolling(BOT));
    say("kept");
    expect(texts(await poll())).toEqual(["kept"]);
  });

  test("slows down a client that spins on the same offset", async () => {
    for (const text of ["one", "two"]) say(text);
    expect(texts(await poll({ offset: 0 }))).toHaveLength(2);
    expect(texts(await poll({ offset: 0 }))).toEqual(["one"]);
    emulator.advance(3000);
    expect(texts(await poll({ offset: 0 }))).toHaveLength(2);
  });

  test("makes an empty repetition wait three seconds", async () => {
    expect(await poll({ timeout: 0 })).toEqual([]);
    const again = poll({ timeout: 0 });
    await polling();
    emulator.advance(3000);
    expect(await again).toEqual([]);
  });

  test("throws updates away after a day", async () => {
    say("old");
    emulator.advance(24 * 3600 * 1000);
    say("new");
    expect(texts(await poll())).toEqual(["new"]);
    expect(emulator.updates(BOT)[0]?.state).toBe("expired");
  });

  test("remembers which types are wanted", async () => {
    await poll({ allowed_updates: ["edited_message"] });
    const { messageId, updateIds } = emulator.say(direct, "Ada", "unwanted");
    expect(updateIds).toEqual({});
    emulator.edit(direct, messageId, "wanted");
    const [update] = await poll({ timeout: 5 });
    expect(update).toHaveProperty("edited_message.text", "wanted");
    await poll({ allowed_updates: [], offset: -1 });
    expect(emulator.say(direct, "Ada", "back").updateId).toBeGreaterThan(0);
  });
});

describe("a conflict", () => {
  test("ends the older poll, not the newer", async () => {
    const older = bot("getUpdates", { timeout: 30 });
    await polling();
    const newer = bot<readonly Update[]>("getUpdates", { timeout: 30, offset: 1 });
    expect(await older).toMatchObject({ status: 409, ok: false, error_code: 409, description: TERMINATED });
    say("hello");
    expect((await newer).result).toHaveLength(1);
  });

  test("does not touch an open poll when the new one has something to take", async () => {
    const first = say("one");
    const older = bot("getUpdates", { timeout: 30, offset: first + 1 });
    await polling();
    say("two");
    expect(await older).toMatchObject({ ok: true });
  });

  test("is told late when it happens again within three seconds", async () => {
    emulator.secondPoller(BOT);
    expect(await bot("getUpdates", { timeout: 30 })).toMatchObject({ status: 409 });
    emulator.secondPoller(BOT);
    const again = bot("getUpdates", { timeout: 30, offset: 2 });
    let settled = false;
    void again.then(() => (settled = true));
    await until(() => emulator.requests().length === 2);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(settled).toBe(false);
    emulator.advance(3000);
    expect(await again).toMatchObject({ status: 409 });
  });

  test("keeps coming from a flapping second poller until it stops", async () => {
    const stop = emulator.secondPoller(BOT, { everyMs: 5000 });
    expect((await bot("getUpdates", { timeout: 30 })).status).toBe(409);
    const second = bot("getUpdates", { timeout: 30, offset: 2 });
    await polling();
    emulator.advance(5000);
    expect((await second).status).toBe(409);
    stop();
    const third = bot("getUpdates", { timeout: 30, offset: 3 });
    await polling();
    emulator.advance(20_000);
    say("calm");
    expect((await third).status).toBe(200);
  });

  test("comes from a webhook, in both directions", async () => {
    const open = bot("getUpdates", { timeout: 30 });
    await polling();
    await bot("setWebhook", { url: "http://127.0.0.1:9/hook" });
    expect(await open).toMatchObject({ status: 409, description: "Conflict: terminated by setWebhook request" });
    expect(await bot("getUpdates")).toMatchObject({
      status: 409,
      description:
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
    });
    await bot("deleteWebhook");
    emulator.advance(3000);
    expect((await bot("getUpdates")).status).toBe(200);
  });
});

describe("what a test may do to the updates of a bot", () => {
  test("drops them on request", async () => {
    say("gone");
    await bot("deleteWebhook", { drop_pending_updates: true });
    expect(await poll()).toEqual([]);
  });

  test("gives one out again although it was confirmed", async () => {
    const id = say("twice");
    await poll({ offset: id + 1, timeout: 0 });
    emulator.redeliver(id);
    expect(texts(await poll({ offset: id + 1, timeout: 1 }))).toEqual(["twice"]);
  });

  test("begins to count anew", async () => {
    const before = say("one");
    emulator.restartUpdateIds(BOT, 77);
    expect(say("two")).toBe(77);
    expect(before).not.toBe(76);
  });

  test("makes a token worthless, for a poll that waits, too", async () => {
    const open = bot("getUpdates", { timeout: 30 });
    await polling();
    emulator.rotateToken(BOT, "123456:another-token-BBBBBBBBBBBBBBBBBBBBBB");
    expect(await open).toMatchObject({ status: 401, description: "Unauthorized" });
    expect(await bot("getMe")).toMatchObject({ status: 401, description: "Unauthorized" });
    expect((await botClient(emulator.url, "123456:another-token-BBBBBBBBBBBBBBBBBBBBBB")("getMe")).ok).toBe(true);
  });
});
