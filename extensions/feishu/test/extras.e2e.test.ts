import { existsSync, readFileSync, readdirSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ChatHandle, UserHandle } from "@loong/feishu/emulator";
import { type Stage, appId, never, recorder, serving, setUp, until } from "./account.ts";

const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

let stage: Stage;
let ann: UserHandle;
let chat: ChatHandle;
beforeEach(async () => {
  stage = await setUp({ clientConfig: { PingInterval: 1 } });
  ann = stage.emulator.user("Ann");
  chat = stage.emulator.directChat(ann, appId);
});
afterEach(() => stage.close());

const at = (messageId: string) => ({ conversationId: chat.chatId, messageId });
const reactionCalls = () => stage.emulator.requests().filter(({ path }) => path.includes("/reactions"));

describe("typing", () => {
  /** Only what was just heard gets a typing mark, so somebody must be heard first. */
  async function heard(createdAtMs?: number): Promise<string> {
    const inbound = recorder();
    const link = serving(stage.channel, inbound);
    await until(() => inbound.states.at(-1)?.state === "connected", "connected");
    const { messageId } = stage.emulator.say(chat, ann, "hello", createdAtMs === undefined ? {} : { createdAtMs });
    await until(() => inbound.events.length === 1, "heard");
    await link.stop();
    return messageId;
  }
  const reactions = (messageId: string) =>
    stage.emulator.shows(chat).find((one) => one.messageId === messageId)?.reactions;

  test("is a reaction that comes and goes", async () => {
    const messageId = await heard();
    const handle = await stage.channel.typing!.start(at(messageId), never);
    expect(reactions(messageId)).toMatchObject([{ emoji: "Typing" }]);
    await stage.channel.typing!.stop(handle, never);
    expect(reactions(messageId)).toEqual([]);
  });

  test("is left out for old messages, for unknown ones and for clicks", async () => {
    const old = await heard(Date.now() - 121_000);
    for (const id of [old, "om_unknown", "f7984f25108f8137722bb63cee927e66"]) {
      await stage.channel.typing!.stop(await stage.channel.typing!.start(at(id), never), never);
    }
    expect(reactionCalls()).toEqual([]);
  });

  test.each([
    ["a rate limit", { rateLimitSeconds: 1 }],
    ["a used up quota", { status: 400, body: { code: 99991403, msg: "quota" } }],
  ])("pauses after %s", async (_what, action) => {
    const messageId = await heard();
    stage.emulator.inject({ path: "/open-apis/im/v1/messages/*/reactions", action });
    await expect(stage.channel.typing!.start(at(messageId), never)).rejects.toMatchObject({ name: "LoongError" });
    stage.emulator.clearFaults();
    expect(await stage.channel.typing!.start(at(messageId), never)).toBe("");
    expect(reactionCalls()).toHaveLength(1);
  });

  test("is not there when the operator turned it off", () => {
    expect(stage.open({ ackReactions: false }).typing).toBeUndefined();
  });
});

test("reactions are added, by emoji too, and removed, and unknown ones refused", async () => {
  const { messageId } = stage.emulator.say(chat, ann, "hello");
  const { reactions } = stage.channel;
  const id = await reactions!.add(at(messageId), "DONE", never);
  expect(stage.emulator.shows(chat)[0]?.reactions).toMatchObject([{ emoji: "DONE" }]);
  await reactions!.remove(at(messageId), id, never);
  expect(stage.emulator.shows(chat)[0]?.reactions).toEqual([]);
  await reactions!.add(at(messageId), "❤️", never);
  expect(stage.emulator.shows(chat)[0]?.reactions).toMatchObject([{ emoji: "HEART" }]);
  await expect(reactions!.add(at(messageId), "🦑", never)).rejects.toMatchObject({ outcome: "rejected" });
  await expect(reactions!.add(at(messageId), "NO_SUCH_EMOJI", never)).rejects.toMatchObject({
    code: "FEISHU_REACTION_REFUSED",
  });
});

describe("attachments", () => {
  const folder = () => join(stage.directory, "media");
  const left = () => (existsSync(folder()) ? readdirSync(folder()) : []);

  async function attachment(type: "image" | "file" | "media", file: { bytes: Uint8Array; name?: string }) {
    const inbound = recorder();
    const link = serving(stage.channel, inbound);
    await until(() => inbound.states.at(-1)?.state === "connected", "connected");
    const { messageId } = stage.emulator.say(chat, ann, { type, file });
    await until(() => inbound.events.length === 1, "heard");
    await link.stop();
    const [found] = inbound.events[0]?.attachments ?? [];
    if (found === undefined) throw new Error("no attachment");
    const fetch = (maxBytes: number) =>
      stage.channel.media!.fetch(at(messageId), found.ref, { kind: found.kind, directory: folder(), maxBytes }, never);
    return { found, fetch };
  }

  test("are fetched under a name of our own, and their kind is read from the bytes", async () => {
    const { found, fetch } = await attachment("file", { bytes: PNG, name: "../../evil.exe" });
    expect(found).toMatchObject({ kind: "file", name: "../../evil.exe" });
    const { path, mimeType, sizeBytes } = await fetch(1_000_000);
    expect([mimeType, sizeBytes]).toEqual(["image/png", PNG.length]);
    expect(path).toMatch(/^[^.]*\/[0-9a-f-]{36}\.png$/);
    expect(readFileSync(path)).toEqual(PNG);
  });

  test("that are pictures are fetched as pictures", async () => {
    const { fetch } = await attachment("image", { bytes: PNG });
    expect((await fetch(1_000_000)).mimeType).toBe("image/png");
  });

  test("that are JSON files are files, not answers", async () => {
    const { fetch } = await attachment("file", { bytes: Buffer.from('{"code":99991663}'), name: "a.json" });
    expect((await fetch(1_000)).sizeBytes).toBe(17);
  });

  test("above the limit leave nothing behind", async () => {
    const { fetch } = await attachment("file", { bytes: Buffer.alloc(100_000, 1), name: "big" });
    await expect(fetch(99_999)).rejects.toMatchObject({ code: "FEISHU_MEDIA_TOO_LARGE" });
    expect(left()).toEqual([]);
  });

  test("that break off leave nothing behind", async () => {
    const server = createServer((request, answer) => {
      if (request.method === "POST")
        return void answer.end('{"code":0,"msg":"ok","tenant_access_token":"t-1","expire":7200}');
      answer.writeHead(200, { "content-disposition": 'attachment; filename="a"', "content-length": 100 });
      answer.write("half", () => request.socket.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const channel = stage.open({ baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
    const options = { kind: "file", directory: folder(), maxBytes: 1_000 } as const;
    await expect(channel.media!.fetch(at("om_1"), "key", options, never)).rejects.toMatchObject({
      code: "FEISHU_UNREACHABLE",
    });
    server.close();
    expect(left()).toEqual([]);
  });

  test("that the platform refuses say why", async () => {
    const { fetch } = await attachment("file", { bytes: PNG, name: "a" });
    stage.emulator.inject({
      path: "/open-apis/im/v1/messages/*/resources/*",
      action: { status: 400, body: { code: 234037, msg: "too large" } },
    });
    await expect(fetch(1_000_000)).rejects.toMatchObject({
      code: "FEISHU_FILE_REFUSED",
      message: expect.stringContaining("234037"),
    });
  });

  test("of the kind sticker cannot be had", async () => {
    const fetched = stage.channel.media!.fetch(
      at("om_1"),
      "key",
      { kind: "sticker", directory: folder(), maxBytes: 1 },
      never,
    );
    await expect(fetched).rejects.toMatchObject({ code: "FEISHU_MEDIA_KIND" });
  });
});
