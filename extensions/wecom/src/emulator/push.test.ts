import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createStillClock } from "@loong/emulator-kit";
import { rawClient, type RawClient } from "../../test/emulator/raw-client.ts";
import { DEFAULT_BOT, startWecomEmulator, type ChatHandle, type WecomEmulator } from "./index.ts";

const BOT = DEFAULT_BOT.botId;
let emulator: WecomEmulator;
let raw: RawClient;
let ops: ChatHandle;
let adaId: string;

beforeEach(async () => {
  emulator = await startWecomEmulator({ strictRates: true, clock: createStillClock() });
  adaId = emulator.user("Ada").userId;
  emulator.directChat("Ada", BOT, { spoken: true });
  ops = emulator.group("Ops", ["Ada"], [BOT], { spoken: true });
  raw = await rawClient(emulator);
  await raw.subscribe();
});
afterEach(() => emulator.close());

const markdown = (content: string) => ({ msgtype: "markdown", markdown: { content } });
const push = (chatid: string, chatType: number | undefined, body: object) =>
  raw.ask("aibot_send_msg", { chatid, ...(chatType === undefined ? {} : { chat_type: chatType }), ...body });

describe("a push", () => {
  test("goes to a person or a group", async () => {
    expect(await push(adaId, 1, markdown("psst"))).toMatchObject({ errcode: 0 });
    expect(await push(ops.chatId, 2, markdown("hear, hear"))).toMatchObject({ errcode: 0 });
    expect(emulator.shows("Ada")).toMatchObject([{ text: "psst", via: "push" }]);
    expect(emulator.shows("Ops")).toMatchObject([{ text: "hear, hear", from: { kind: "bot", id: BOT } }]);
  });

  test("without chat_type looks for a group first", async () => {
    const twin = emulator.group("Twin", ["Ada"], [BOT], { chatId: adaId, spoken: true });
    await push(adaId, undefined, markdown("which?"));
    expect(emulator.shows(twin)).toMatchObject([]);
    expect(emulator.shows("Twin")).toMatchObject([{ text: "which?" }]);
    expect(await push(ops.chatId, 1, markdown("no person"))).toMatchObject({ errcode: 93006 });
  });

  test("needs the id exactly, the bot in the group, and somebody who has spoken", async () => {
    expect(await push(ops.chatId.toLowerCase(), 2, markdown("x"))).toMatchObject({ errcode: 93006 });
    const silent = emulator.group("Silent", ["Ada"], [BOT]);
    expect(await push(silent.chatId, 2, markdown("x"))).toMatchObject({ errcode: 846607 });
    emulator.say(silent, "Ada", "go ahead", { mentions: [BOT] });
    expect(await push(silent.chatId, 2, markdown("x"))).toMatchObject({ errcode: 0 });
    emulator.removeBot(silent, BOT);
    expect(await push(silent.chatId, 2, markdown("x"))).toMatchObject({ errcode: 93008 });
  });

  test.for(["text", "markdown_v2", "stream", "news"])("cannot be %s", async (msgtype) => {
    expect(await push(adaId, 1, { msgtype, [msgtype]: { content: "x" } })).toMatchObject({ errcode: 40008 });
  });

  test("has words, not too many, and not too often", async () => {
    expect(await push(adaId, 1, markdown(""))).toMatchObject({ errcode: 40058 });
    expect(await push(adaId, 1, markdown("é".repeat(10_241)))).toMatchObject({ errcode: 45002 });
    for (let count = 0; count < 30; count++) await push(adaId, 1, markdown("again"));
    expect(await push(adaId, 1, markdown("again"))).toMatchObject({ errcode: 846607 });
    expect(await push(ops.chatId, 2, markdown("elsewhere"))).toMatchObject({ errcode: 0 });
  });
});

describe("an upload", () => {
  const bytes = Buffer.from("0123456789abcdef");
  const md5 = createHash("md5").update(bytes).digest("hex");
  const plan = { type: "file", filename: "a.txt", total_size: 16, total_chunks: 2, md5 };
  const init = (body: object = plan) => raw.ask("aibot_upload_media_init", body);
  const chunk = (uploadId: unknown, index: number, part: Buffer) =>
    raw.ask("aibot_upload_media_chunk", {
      upload_id: uploadId,
      chunk_index: index,
      base64_data: part.toString("base64"),
    });
  const finish = (uploadId: unknown) => raw.ask("aibot_upload_media_finish", { upload_id: uploadId });
  const begun = async (body?: object) => (await init(body)).body?.["upload_id"];

  test.for([0, 1])("takes chunks in any order, twice, counted from %i, and over a reconnect", async (base) => {
    const uploadId = await begun();
    await chunk(uploadId, base + 1, bytes.subarray(8));
    raw = await rawClient(emulator);
    await raw.subscribe();
    await chunk(uploadId, base, bytes.subarray(0, 8));
    await chunk(uploadId, base, bytes.subarray(0, 8));
    const done = await finish(uploadId);
    expect(done.body).toMatchObject({ type: "file", media_id: expect.any(String), created_at: expect.any(String) });
    expect((await finish(uploadId)).body?.["media_id"]).toBe(done.body?.["media_id"]);
    const file = { msgtype: "file", file: { media_id: done.body?.["media_id"] } };
    expect(await push(adaId, 1, file)).toMatchObject({ errcode: 0 });
    expect(emulator.shows("Ada")).toMatchObject([{ type: "file", files: [{ name: "a.txt", bytes }] }]);
    expect(await push(adaId, 1, { msgtype: "image", image: file.file })).toMatchObject({ errcode: 40007 });
    emulator.advance(3 * 24 * 3_600_000);
    expect(await push(adaId, 1, file)).toMatchObject({ errcode: 40007 });
  });

  test("is checked at its end", async () => {
    const missing = await begun();
    await chunk(missing, 0, bytes.subarray(0, 8));
    expect(await finish(missing)).toMatchObject({ errcode: 40058, errmsg: "chunks are missing" });
    await chunk(missing, 1, bytes.subarray(8, 12));
    expect(await finish(missing)).toMatchObject({ errcode: 40006 });
    await chunk(missing, 1, Buffer.from("xxxxxxxx"));
    expect(await finish(missing)).toMatchObject({ errcode: 40058, errmsg: "md5 mismatch" });
  });

  test.for([
    [{ type: "song" }, 40004],
    [{ filename: "" }, 40058],
    [{ total_size: 5 }, 40006],
    [{ total_size: 20 * 1024 * 1024 + 1 }, 45001],
    [{ type: "voice", total_size: 2 * 1024 * 1024 + 1 }, 45001],
    [{ total_chunks: 101 }, 40058],
  ] as const)("is refused with %j", async ([change, errcode]) => {
    expect(await init({ ...plan, ...change })).toMatchObject({ errcode });
  });

  test("has chunks of half a megabyte, half an hour, and one owner", async () => {
    const uploadId = await begun();
    expect(await chunk(uploadId, 0, Buffer.alloc(512 * 1024 + 1))).toMatchObject({ errcode: 40006 });
    expect(await chunk(uploadId, 7, bytes)).toMatchObject({ errcode: 40058 });
    const second = { botId: "aib_second", secret: "s", name: "Second" };
    emulator.addBot(second);
    const other = await rawClient(emulator);
    await other.subscribe(second);
    expect(await other.ask("aibot_upload_media_finish", { upload_id: uploadId })).toMatchObject({ errcode: 40058 });
    emulator.advance(30 * 60_000);
    expect(await chunk(uploadId, 0, bytes)).toMatchObject({ errcode: 40058 });
    for (let count = 1; count < 30; count++) await init();
    emulator.advance(-29.5 * 60_000);
    expect(await init()).toMatchObject({ errcode: 45009 });
  });
});
