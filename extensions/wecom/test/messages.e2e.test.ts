import { createHash, randomBytes } from "node:crypto";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { OutboundContent } from "@loong/sdk";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ChatHandle, UserHandle } from "@loong/wecom/emulator";
import { IMPATIENT, type SetUp, type Stage, botId, connected, newKey, never, setUp, until } from "./account.ts";

const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

let stage: Stage;
let ann: UserHandle;
let chat: ChatHandle;

async function start(options: SetUp = {}) {
  await stage?.close();
  stage = await setUp(options);
  ann = stage.emulator.user("Ann", { userId: "AnnLee" });
  chat = stage.emulator.directChat(ann, botId, { spoken: true });
}
beforeEach(() => start());
afterEach(() => stage.close());

const send = (to: string, content: OutboundContent) =>
  stage.channel.send({ idempotencyKey: newKey(), to, content }, never);
const text = (words: string): OutboundContent => ({ type: "text", text: words });
const shownIn = (room: ChatHandle) => stage.emulator.shows(room).filter(({ from }) => from.kind === "bot");

describe("where a message goes", () => {
  test("people and groups, said or found out", async () => {
    const group = stage.emulator.group("ops", [ann], [botId], { chatId: "group_demo", spoken: true });
    await send("AnnLee", text("one"));
    await send("user:AnnLee", text("two"));
    await send("group_demo", text("three"));
    await send("group:group_demo", text("four"));
    expect(shownIn(chat).map((one) => one.text)).toEqual(["one", "two"]);
    expect(shownIn(group).map((one) => one.text)).toEqual(["three", "four"]);
  });

  test("upper and lower case are kept, and a wrong id is refused for good", async () => {
    await expect(send("annlee", text("x"))).rejects.toMatchObject({ outcome: "rejected" });
  });

  test("where nobody has written to the bot, that is said after a wait", async () => {
    stage.emulator.directChat(stage.emulator.user("Ben"), botId);
    stage.emulator.inject({ cmd: "aibot_send_msg", action: { errcode: 846607 } });
    await expect(send("user:Ben", text("x"))).rejects.toMatchObject({
      code: "WECOM_RATE_LIMITED",
      outcome: "not-sent",
    });
    stage.advance(61_000);
    await expect(send("user:Ben", text("x"))).rejects.toMatchObject({
      code: "WECOM_NEVER_SPOKEN",
      outcome: "rejected",
    });
  });

  test("the pause after a rate limit ends with the platform's minute", async () => {
    stage.emulator.inject({ cmd: "aibot_send_msg", times: 1, action: { errcode: 846607 } });
    const error = (await send("user:AnnLee", text("x")).catch((reason: unknown) => reason)) as { retryAfterMs: number };
    expect(error.retryAfterMs).toBeGreaterThan(0);
    expect(error.retryAfterMs).toBeLessThanOrEqual(61_000);
  });
});

describe("refusals", () => {
  test.each([
    [-1, "not-sent"],
    [45033, "not-sent"],
    [45009, "not-sent"],
    [40008, "rejected"],
    [40201, "rejected"],
    [45002, "rejected"],
    [93001, "rejected"],
    [93008, "rejected"],
    [123456, "rejected"],
  ])("errcode %i is %s", async (errcode, outcome) => {
    stage.emulator.inject({ cmd: "aibot_send_msg", action: { errcode, errmsg: "no" } });
    const failure = send("user:AnnLee", text("x"));
    await expect(failure).rejects.toMatchObject({
      outcome,
      message: expect.stringContaining(String(errcode)) as string,
    });
  });

  test("a card the platform does not take is told in words", async () => {
    stage.emulator.inject({ cmd: "aibot_send_msg", contains: "template_card", action: { errcode: 40008 } });
    const card = { card_type: "text_notice" };
    const { degraded } = await send("user:AnnLee", { type: "card", card, fallbackText: "in words" });
    expect(degraded).toContain("card refused");
    expect(shownIn(chat)).toMatchObject([{ text: "in words" }]);
  });
});

describe("files out", () => {
  function file(name: string, bytes: Uint8Array): string {
    const path = join(stage.directory, name);
    writeFileSync(path, bytes);
    return path;
  }

  test.each([
    ["image", "dot.png", "image"],
    ["file", "dot.png", "file"],
    ["file", "clip.mp4", "video"],
    ["file", "words.txt", "file"],
  ] as const)("%s %s goes as %s", async (type, name, shown) => {
    await send("user:AnnLee", { type, file: { path: file(name, PNG) } });
    expect(shownIn(chat)).toMatchObject([{ type: shown, files: [{ name, bytes: PNG }] }]);
  });

  test("in chunks, whole and in order", async () => {
    const bytes = randomBytes(3 * 512 * 1024 + 17);
    await send("user:AnnLee", { type: "file", file: { path: file("big.bin", bytes), name: "report.bin" } });
    const [shown] = shownIn(chat);
    expect(shown?.files?.[0]?.name).toBe("report.bin");
    expect(md5(shown?.files?.[0]?.bytes ?? new Uint8Array())).toBe(md5(bytes));
  });

  test("a chunk whose acknowledgement is lost goes again", async () => {
    await start(IMPATIENT);
    stage.emulator.inject({ cmd: "aibot_upload_media_chunk", times: 1, action: "drop-ack" });
    await send("user:AnnLee", { type: "image", file: { path: file("dot.png", PNG) } });
    expect(shownIn(chat)).toHaveLength(1);
  });

  test("an upload that fails has sent nothing", async () => {
    await start(IMPATIENT);
    stage.emulator.inject({ cmd: "aibot_upload_media_finish", action: "drop-ack" });
    const failure = send("user:AnnLee", { type: "image", file: { path: file("dot.png", PNG) } });
    await expect(failure).rejects.toMatchObject({ code: "WECOM_NO_ACK", outcome: "not-sent" });
  });

  test.each([
    ["empty.txt", 0],
    ["huge.bin", 21 * 1024 * 1024],
  ])("%s of %i bytes is refused here", async (name, size) => {
    const path = file(name, new Uint8Array(size));
    await expect(send("user:AnnLee", { type: "file", file: { path } })).rejects.toMatchObject({
      code: "WECOM_FILE_SIZE",
    });
  });

  test("a file that is not there is told by name", async () => {
    const path = join(stage.directory, "none.txt");
    await expect(send("user:AnnLee", { type: "file", file: { path } })).rejects.toMatchObject({
      code: "WECOM_FILE_UNREADABLE",
      message: expect.stringContaining("ENOENT") as string,
    });
  });
});

describe("files in", () => {
  const folder = () => join(stage.directory, "media");
  const left = () => (existsSync(folder()) ? readdirSync(folder()) : []);

  async function attachment(type: "image" | "file" | "video", bytes: Uint8Array, name = "a.bin") {
    const { inbound, stop } = await connected(stage.channel);
    const { msgId } = stage.emulator.say(chat, ann, { type, bytes, name });
    await until(() => inbound.events.length === 1, "heard");
    await stop();
    const [found] = inbound.events[0]?.attachments ?? [];
    if (found === undefined) throw new Error("no attachment");
    const at = { conversationId: chat.chatId, messageId: msgId };
    const options = { kind: found.kind, directory: folder() };
    const fetch = (maxBytes = 1_000_000) => stage.channel.media!.fetch(at, found.ref, { ...options, maxBytes }, never);
    return { found, fetch };
  }

  test.each([1, 31, 32, 33, 1_000])("of %i bytes are decrypted whole", async (size) => {
    const bytes = randomBytes(size);
    const { fetch } = await attachment("file", bytes);
    const { path, sizeBytes } = await fetch();
    expect(sizeBytes).toBe(size);
    expect(readFileSync(path).equals(bytes)).toBe(true);
  });

  test("have a name of our own, and their kind is read from the bytes", async () => {
    const { fetch, found } = await attachment("image", PNG, "../../evil.exe");
    expect(found.kind).toBe("image");
    const { path, mimeType } = await fetch();
    expect(mimeType).toBe("image/png");
    expect(path).toMatch(/^[^.]*\/[0-9a-f-]{36}\.png$/);
  });

  test.each([
    ["not-found", "WECOM_MEDIA_GONE"],
    ["expired", "WECOM_MEDIA_GONE"],
    ["truncated", "WECOM_MEDIA"],
    ["wrong-padding", "WECOM_MEDIA_BROKEN"],
    ["wrong-key", "WECOM_MEDIA_BROKEN"],
    ["reset", "WECOM_MEDIA_UNREACHABLE"],
    [{ hugeBytes: 5_000_000 }, "WECOM_MEDIA_TOO_LARGE"],
  ] as const)("that go wrong (%j) leave nothing behind", async (action, code) => {
    const { fetch } = await attachment("file", randomBytes(5_000));
    stage.emulator.inject({ on: "media", action });
    await expect(fetch()).rejects.toMatchObject({ code: expect.stringContaining(code) as string });
    expect(left()).toEqual([]);
  });

  test("that are too large are not fetched", async () => {
    const { fetch } = await attachment("file", randomBytes(5_000));
    await expect(fetch(4_999)).rejects.toMatchObject({ code: "WECOM_MEDIA_TOO_LARGE" });
    expect((await fetch(5_000)).sizeBytes).toBe(5_000);
  });

  test("are gone after five minutes", async () => {
    const { fetch } = await attachment("file", PNG);
    stage.advance(5 * 60_000 + 1_000);
    await expect(fetch()).rejects.toMatchObject({ code: "WECOM_MEDIA_GONE" });
  });

  test.each(["", "[]", '["ftp://x/y","a"]', '["http://example.com/x","a"]'])("from %j are not fetched", async (ref) => {
    const at = { conversationId: chat.chatId, messageId: "m" };
    const fetched = stage.channel.media!.fetch(at, ref, { kind: "file", directory: folder(), maxBytes: 10 }, never);
    await expect(fetched).rejects.toMatchObject({ code: "WECOM_MEDIA_BROKEN" });
  });
});

function md5(bytes: Uint8Array): string {
  return createHash("md5").update(bytes).digest("hex");
}
