import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Client } from "@larksuiteoapi/node-sdk";
import { createStillClock, stringAt } from "@loong/emulator-kit";
import { officialClient, until } from "../../test/emulator/official-sdk.ts";
import { DEFAULT_APP, startFeishuEmulator, type ChatHandle, type FeishuEmulator } from "./index.ts";

const OTHER_APP = { appId: "cli_00000000000000a1", appSecret: "other", botName: "Other" };
const PNG = Buffer.from("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489", "hex");

let emulator: FeishuEmulator;
let client: Client;
let direct: ChatHandle;
let ops: ChatHandle;

beforeEach(async () => {
  emulator = await startFeishuEmulator({ apps: [DEFAULT_APP, OTHER_APP], clock: createStillClock() });
  client = officialClient(emulator.url);
  direct = emulator.directChat(emulator.user("Ada"), DEFAULT_APP.appId);
  ops = emulator.group("Ops", ["Ada"], [DEFAULT_APP.appId]);
});
afterEach(() => emulator.close());

function text(words: string, uuid?: string) {
  const data = { receive_id: ops.chatId, msg_type: "text", content: JSON.stringify({ text: words }) };
  return client.im.message.create({
    params: { receive_id_type: "chat_id" },
    data: { ...data, ...(uuid === undefined ? {} : { uuid }) },
  });
}

function send(msg_type: string, content: unknown, receive_id = ops.chatId) {
  const words = typeof content === "string" ? content : JSON.stringify(content);
  return client.im.message.create({
    params: { receive_id_type: "chat_id" },
    data: { receive_id, msg_type, content: words },
  });
}

/** Code and HTTP status of a refused call. */
async function refusal(call: Promise<unknown>): Promise<{ code: number; status: number; msg: string }> {
  const error = await call.then(
    (answer) => Promise.reject(new Error(`it was accepted: ${JSON.stringify(answer)}`)),
    (reason: { response?: { status: number; data: { code: number; msg: string } } }) => reason,
  );
  if (error.response === undefined) throw error as Error;
  const { status, data } = error.response;
  return { status, code: data.code, msg: data.msg };
}

describe("the official client", () => {
  test("reads the bot under its own key", async () => {
    const info = await client.request<{ bot: { open_id: string; app_name: string } }>({
      method: "GET",
      url: "/open-apis/bot/v3/info",
    });
    expect(info.bot).toMatchObject({ open_id: emulator.app(DEFAULT_APP.appId).botOpenId, app_name: "Loong" });
  });

  test("asks for one token and uses it for every call", async () => {
    for (const words of ["one", "two", "three"]) await text(words);
    const paths = emulator.requests().map((request) => request.path);
    expect(paths.filter((path) => path.includes("tenant_access_token"))).toHaveLength(1);
    expect(JSON.stringify(emulator.requests())).not.toContain(DEFAULT_APP.appSecret);
  });

  test.each([
    ["cli_ffffffffffffffff", "x", 10014],
    [DEFAULT_APP.appId, "x", 10015],
    ["not an app id", "x", 10003],
  ])("with app %s and secret %s is told %i", async (appId, appSecret, code) => {
    const stranger = officialClient(emulator.url, { appId, appSecret });
    await expect(stranger.im.chat.list()).rejects.toThrow(`code: ${code}`);
    expect(emulator.requests().at(-1)).toMatchObject({ status: 200, code, body: { app_secret: "***" } });
  });

  test("gets 99991663 once its token expired, and a new token after that", async () => {
    await text("before");
    emulator.expireTokens(DEFAULT_APP.appId);
    expect(await refusal(text("after"))).toMatchObject({ code: 99991663, status: 400 });
    client = officialClient(emulator.url);
    await expect(text("again")).resolves.toMatchObject({ code: 0 });
  });
});

describe("a token", () => {
  const path = "/open-apis/auth/v3/tenant_access_token/internal";
  const grant = async () => {
    const body = JSON.stringify({ app_id: DEFAULT_APP.appId, app_secret: DEFAULT_APP.appSecret });
    const response = await fetch(emulator.url + path, { method: "POST", body });
    return (await response.json()) as { tenant_access_token: string; expire: number };
  };

  test("is the same for the first 90 minutes, then another, and the old one lives on", async () => {
    const first = await grant();
    expect(first.expire).toBe(7200);
    emulator.advance(89 * 60_000);
    expect((await grant()).tenant_access_token).toBe(first.tenant_access_token);
    emulator.advance(2 * 60_000);
    expect((await grant()).tenant_access_token).not.toBe(first.tenant_access_token);
    const headers = { authorization: `Bearer ${first.tenant_access_token}` };
    expect((await fetch(`${emulator.url}/open-apis/bot/v3/info`, { headers })).status).toBe(200);
  });

  test.each([
    [undefined, 99991661],
    ["Bearer x-1", 99991671],
    ["Bearer u-1", 99991668],
    ["Bearer t-1", 99991663],
  ])("written as %s gives %i", async (authorization, code) => {
    const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
    const response = await fetch(`${emulator.url}/open-apis/bot/v3/info`, { headers });
    const body = (await response.json()) as { code: number; error: { log_id: string } };
    expect([response.status, body.code]).toEqual([400, code]);
    expect(body.error.log_id).toBe(response.headers.get("x-tt-logid"));
  });
});

describe("sending", () => {
  test("shows the message in the chat, mentions resolved", async () => {
    const ada = emulator.user("Ada");
    const sent = await text(`hello <at user_id="${ada.openId}">Ada</at>`);
    expect(sent.data?.body?.content).toBe('{"text":"hello @_user_1"}');
    expect(sent.data?.mentions).toMatchObject([{ key: "@_user_1", id: ada.openId, name: "Ada" }]);
    expect(emulator.shows(ops)).toMatchObject([
      { messageId: sent.data?.message_id, text: "hello @Ada", from: { kind: "app", name: "Loong" } },
    ]);
  });

  test.each(["open_id", "union_id", "user_id", "email"] as const)("reaches a person by %s", async (receive_id_type) => {
    const ada = emulator.user("Ada");
    const receive_id = { open_id: ada.openId, union_id: ada.unionId, user_id: ada.userId, email: ada.email }[
      receive_id_type
    ];
    const data = { receive_id, msg_type: "text", content: '{"text":"hi"}' };
    await client.im.message.create({ params: { receive_id_type }, data });
    expect(emulator.shows(direct)).toMatchObject([{ text: "hi" }]);
  });

  test("makes one message for one uuid within an hour", async () => {
    const first = await text("once", "key-1");
    const second = await text("once", "key-1");
    expect(second.data?.message_id).toBe(first.data?.message_id);
    expect(emulator.shows(ops)).toHaveLength(1);
    emulator.advance(61 * 60_000);
    await text("once", "key-1");
    expect(emulator.shows(ops)).toHaveLength(2);
  });

  test("answers 230049 while a message with the same uuid is being sent", async () => {
    await text("warm up");
    emulator.inject({ path: "/open-apis/im/v1/messages", nth: 1, action: { slowMs: 1000 } });
    const first = text("slow", "key-2");
    await until(() => emulator.requests().at(-1)?.fault !== undefined);
    expect(await refusal(text("slow", "key-2"))).toMatchObject({ code: 230049 });
    emulator.advance(1000);
    await expect(first).resolves.toMatchObject({ code: 0 });
  });

  test("answers a message, in a thread when asked", async () => {
    const { messageId } = emulator.say(ops, "Ada", "question");
    const plain = await client.im.message.reply({
      path: { message_id: messageId },
      data: { msg_type: "text", content: '{"text":"a"}' },
    });
    expect(plain.data).toMatchObject({ root_id: messageId, parent_id: messageId });
    expect(plain.data?.thread_id).toBeUndefined();
    const threaded = await client.im.message.reply({
      path: { message_id: messageId },
      data: { msg_type: "text", content: '{"text":"b"}', reply_in_thread: true },
    });
    expect(threaded.data?.thread_id).toMatch(/^omt_/);
    const next = await client.im.message.reply({
      path: { message_id: threaded.data?.message_id ?? "" },
      data: { msg_type: "text", content: '{"text":"c"}' },
    });
    expect(next.data).toMatchObject({ thread_id: threaded.data?.thread_id, root_id: messageId, parent_id: messageId });
    const thread = await client.im.message.list({
      params: { container_id_type: "thread", container_id: threaded.data?.thread_id ?? "" },
    });
    expect(thread.data?.items?.map((item) => item.body?.content)).toEqual([
      '{"text":"question"}',
      '{"text":"b"}',
      '{"text":"c"}',
    ]);
  });

  test("keeps a post's words and drops its locale", async () => {
    const ada = emulator.user("Ada");
    const sent = await send("post", {
      zh_cn: {
        title: "T",
        content: [
          [
            { tag: "at", user_id: ada.openId },
            { tag: "text", text: " hi" },
          ],
          [{ tag: "md", text: "**b**" }],
        ],
      },
    });
    expect(JSON.parse(sent.data?.body?.content ?? "")).toMatchObject({
      title: "T",
      content: [
        [{ tag: "at", user_id: "@_user_1", user_name: "Ada" }, { tag: "text" }],
        [{ tag: "text", text: "**b**" }],
      ],
    });
    expect(emulator.shows(ops)[0]?.text).toBe("T\n@Ada hi\n**b**");
  });
});

describe("sending is refused", () => {
  const chat = (receive_id: string) =>
    client.im.message.create({
      params: { receive_id_type: "chat_id" },
      data: { receive_id, msg_type: "text", content: '{"text":"x"}' },
    });
  const person = (receive_id: string) =>
    client.im.message.create({
      params: { receive_id_type: "open_id" },
      data: { receive_id, msg_type: "text", content: '{"text":"x"}' },
    });

  test("for targets that are wrong", async () => {
    expect(await refusal(chat("nonsense"))).toMatchObject({
      code: 230001,
      status: 400,
      msg: expect.stringContaining("invalid receive_id"),
    });
    expect(await refusal(chat("oc_00000000000000000000000000000000"))).toMatchObject({ code: 230034 });
    expect(await refusal(chat(emulator.group("Elsewhere", ["Ada"], []).chatId))).toMatchObject({ code: 230002 });
    expect(await refusal(person(emulator.user("Ada").openIds[OTHER_APP.appId] ?? ""))).toMatchObject({
      code: 99992361,
    });
    emulator.setAvailable("Ada", DEFAULT_APP.appId, false);
    expect(await refusal(person(emulator.user("Ada").openId))).toMatchObject({ code: 230013 });
  });

  test("for contents that are wrong", async () => {
    expect(await refusal(send("text", "no json"))).toMatchObject({ code: 230001 });
    expect(await refusal(send("text", { text: "x".repeat(160_000) }))).toMatchObject({ code: 230025 });
    expect(
      await refusal(send("post", { zh_cn: { content: [[{ tag: "md", text: "x".repeat(31_000) }]] } })),
    ).toMatchObject({ code: 230025 });
    expect(await refusal(send("post", { post: { zh_cn: {} } }))).toMatchObject({ code: 230001 });
    expect(
      await refusal(
        send("post", {
          zh_cn: {
            content: [
              [
                { tag: "md", text: "a" },
                { tag: "text", text: "b" },
              ],
            ],
          },
        }),
      ),
    ).toMatchObject({ code: 230001 });
    expect(await refusal(send("image", { image_key: "img_v3_nobody" }))).toMatchObject({ code: 230001 });
    expect(await refusal(send("nonsense", {}))).toMatchObject({ code: 230001 });
  });

  test("for cards that are wrong, with the builder's own code", async () => {
    expect((await refusal(send("interactive", "no json"))).msg).toContain("ErrCode: 200621");
    const table = { tag: "table", columns: [], rows: [] };
    const markdown = { tag: "markdown", content: "| a | b |\n|---|---|\n| 1 | 2 |" };
    const tables = { schema: "2.0", body: { elements: [table, table, table, markdown, markdown, markdown] } };
    expect(await refusal(send("interactive", tables))).toMatchObject({
      code: 230099,
      msg: expect.stringContaining("ErrCode: 11310"),
    });
    expect(
      (await refusal(send("interactive", { schema: "2.0", body: { elements: [{ tag: "note" }] } }))).msg,
    ).toContain("ErrCode: 200861");
    expect((await refusal(send("interactive", { elements: [{ tag: "img", img_key: "img_x" }] }))).msg).toContain(
      "ErrCode: 200570",
    );
  });

  test("for a target that was recalled, a long uuid, a missing permission, a missing bot", async () => {
    const { messageId } = emulator.say(ops, "Ada", "oops");
    emulator.recall(messageId);
    const answer = client.im.message.reply({
      path: { message_id: messageId },
      data: { msg_type: "text", content: '{"text":"x"}' },
    });
    expect(await refusal(answer)).toMatchObject({ code: 230011 });
    expect(await refusal(text("x", "k".repeat(51)))).toMatchObject({ code: 99992402 });
    emulator.addApp({ ...OTHER_APP, appId: "cli_00000000000000a2", scopes: ["contact:contact.base:readonly"] });
    client = officialClient(emulator.url, { appId: "cli_00000000000000a2", appSecret: "other" });
    expect(await refusal(text("x"))).toMatchObject({
      code: 99991672,
      msg: expect.stringContaining("im:message:send_as_bot"),
    });
    emulator.addApp({ ...OTHER_APP, appId: "cli_00000000000000a3", botEnabled: false });
    client = officialClient(emulator.url, { appId: "cli_00000000000000a3", appSecret: "other" });
    expect(await refusal(text("x"))).toMatchObject({ code: 99991668 });
  });
});

describe("changing a message", () => {
  test("edits text twenty times, its own only", async () => {
    const id = (await text("v0")).data?.message_id ?? "";
    const edit = (words: string, message_id = id) =>
      client.im.message.update({
        path: { message_id },
        data: { msg_type: "text", content: JSON.stringify({ text: words }) },
      });
    for (let version = 1; version <= 20; version++) await edit(`v${version}`);
    expect(await refusal(edit("v21"))).toMatchObject({ code: 230072 });
    expect(emulator.shows(ops)[0]).toMatchObject({ text: "v20", edits: { length: 20 } });
    expect(await refusal(edit("x", emulator.say(ops, "Ada", "mine").messageId))).toMatchObject({ code: 230071 });
  });

  test("updates shared cards for fourteen days", async () => {
    const card = (words: string, update_multi = true) =>
      JSON.stringify({ config: { update_multi }, elements: [{ tag: "markdown", content: words }] });
    const id = (await send("interactive", card("one"))).data?.message_id ?? "";
    const patch = (content: string, message_id = id) =>
      client.im.message.patch({ path: { message_id }, data: { content } });
    await patch(card("two"));
    expect(emulator.shows(ops)[0]).toMatchObject({ text: "two" });
    expect(await refusal(patch(card("three", false)))).toMatchObject({ code: 230099 });
    emulator.advance(15 * 24 * 3_600_000);
    client = officialClient(emulator.url);
    expect(await refusal(patch(card("late")))).toMatchObject({ code: 230031 });
  });

  test("recalls its own", async () => {
    const id = (await text("oops")).data?.message_id ?? "";
    await client.im.message.delete({ path: { message_id: id } });
    expect(emulator.shows(ops)).toMatchObject([{ recalled: true, text: "" }]);
    expect(await refusal(client.im.message.delete({ path: { message_id: id } }))).toMatchObject({ code: 230011 });
    expect((await client.im.message.get({ path: { message_id: id } })).data?.items).toMatchObject([
      { deleted: true, body: { content: "" } },
    ]);
  });

  test("reacts, lists and takes back", async () => {
    const { messageId: message_id } = emulator.say(ops, "Ada", "hi");
    const made = await client.im.messageReaction.create({
      path: { message_id },
      data: { reaction_type: { emoji_type: "Typing" } },
    });
    expect(made.data).toMatchObject({ operator: { operator_id: DEFAULT_APP.appId, operator_type: "app" } });
    const theirs = emulator.react("Ada", message_id, "THUMBSUP");
    const listed = await client.im.messageReaction.list({ path: { message_id } });
    expect(listed.data?.items?.map((item) => item.reaction_type?.emoji_type)).toEqual(["Typing", "THUMBSUP"]);
    await client.im.messageReaction.delete({ path: { message_id, reaction_id: made.data?.reaction_id ?? "" } });
    expect(emulator.shows(ops)[0]?.reactions).toEqual([{ emoji: "THUMBSUP", by: "Ada" }]);
    expect(
      await refusal(client.im.messageReaction.delete({ path: { message_id, reaction_id: theirs } })),
    ).toMatchObject({ code: 231007 });
    expect(
      await refusal(
        client.im.messageReaction.create({ path: { message_id }, data: { reaction_type: { emoji_type: "typing" } } }),
      ),
    ).toMatchObject({ code: 231001 });
  });
});

describe("files", () => {
  test("go up as buffers without a name and come down as they were", async () => {
    const bytes = Buffer.from([0, 255, 128, 10, 13, 45, 45]);
    const up = await client.im.file.create({ data: { file_type: "stream", file_name: "a b.bin", file: bytes } });
    const sent = await send("file", { file_key: up?.file_key });
    const down = await client.im.messageResource.get({
      path: { message_id: sent.data?.message_id ?? "", file_key: up?.file_key ?? "" },
      params: { type: "file" },
    });
    const chunks: Buffer[] = [];
    for await (const chunk of down.getReadableStream()) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
  });

  test("of users can be fetched through their message only", async () => {
    const { messageId } = emulator.say(ops, "Ada", { type: "image", file: { bytes: PNG } });
    const content = emulator.shows(ops).at(-1)?.content;
    const key = stringAt(content, "image_key") ?? "";
    const fetchFrom = (message_id: string) =>
      client.im.messageResource.get({ path: { message_id, file_key: key }, params: { type: "image" } });
    expect((await fetchFrom(messageId)).headers["content-type"]).toBe("image/png");
    await expect(fetchFrom(emulator.say(ops, "Ada", "no image").messageId)).rejects.toMatchObject({
      response: { status: 400 },
    });
    await expect(client.im.image.get({ path: { image_key: key } })).rejects.toMatchObject({
      response: { status: 400 },
    });
  });

  test("must be pictures, not empty, not too large, and of the type of their message", async () => {
    await expect(client.im.image.create({ data: { image_type: "message", image: PNG } })).resolves.toMatchObject({
      image_key: expect.stringMatching(/^img_v3_/),
    });
    expect(
      await refusal(client.im.image.create({ data: { image_type: "message", image: Buffer.from("text") } })),
    ).toMatchObject({ code: 234011 });
    expect(
      await refusal(
        client.im.image.create({
          data: { image_type: "message", image: Buffer.concat([PNG, Buffer.alloc(10 * 1024 * 1024)]) },
        }),
      ),
    ).toMatchObject({ code: 234006 });
    expect(
      await refusal(client.im.file.create({ data: { file_type: "stream", file_name: "x", file: Buffer.alloc(0) } })),
    ).toMatchObject({ code: 234010 });
    const video = await client.im.file.create({
      data: { file_type: "mp4", file_name: "v.mp4", file: Buffer.from("v") },
    });
    expect(await refusal(send("file", { file_key: video?.file_key }))).toMatchObject({ code: 230055 });
    await expect(send("media", { file_key: video?.file_key })).resolves.toMatchObject({ code: 0 });
  });

  test("of another app are unknown", async () => {
    const image = await officialClient(emulator.url, OTHER_APP).im.image.create({
      data: { image_type: "message", image: PNG },
    });
    expect(await refusal(send("image", { image_key: image?.image_key }))).toMatchObject({ code: 230001 });
  });
});

describe("looking things up", () => {
  test("lists groups, never direct chats, page by page", async () => {
    emulator.group("Two", ["Ada"], [DEFAULT_APP.appId], { topics: true });
    emulator.group("Other", ["Ada"], [OTHER_APP.appId]);
    const first = await client.im.chat.list({ params: { page_size: 1 } });
    expect(first.data).toMatchObject({ items: [{ name: "Ops" }], has_more: true });
    const second = await client.im.chat.list({ params: { page_size: 1, page_token: first.data?.page_token ?? "" } });
    expect(second.data).toMatchObject({ items: [{ name: "Two" }], has_more: false });
  });

  test("knows a chat, its members, and people", async () => {
    const ada = emulator.user("Ada");
    expect((await client.im.chat.get({ path: { chat_id: ops.chatId } })).data).toMatchObject({
      chat_mode: "group",
      user_count: "1",
      bot_count: "1",
      owner_id: ada.openId,
    });
    expect((await client.im.chatMembers.get({ path: { chat_id: ops.chatId } })).data?.items).toMatchObject([
      { member_id: ada.openId, name: "Ada" },
    ]);
    expect((await client.contact.user.get({ path: { user_id: ada.openId } })).data?.user).toMatchObject({
      name: "Ada",
      union_id: ada.unionId,
    });
    emulator.setAvailable("Ada", DEFAULT_APP.appId, false);
    expect(await refusal(client.contact.user.get({ path: { user_id: ada.openId } }))).toMatchObject({ code: 41050 });
  });

  test("pages through a chat's history", async () => {
    for (let number = 1; number <= 5; number++) emulator.say(ops, "Ada", `m${number}`);
    const page = (page_token = "") =>
      client.im.message.list({
        params: {
          container_id_type: "chat",
          container_id: ops.chatId,
          page_size: 3,
          sort_type: "ByCreateTimeDesc",
          ...(page_token === "" ? {} : { page_token }),
        },
      });
    const first = await page();
    const second = await page(first.data?.page_token ?? "");
    expect(
      [...(first.data?.items ?? []), ...(second.data?.items ?? [])].map(
        (item) => JSON.parse(item.body?.content ?? "{}") as unknown,
      ),
    ).toEqual([5, 4, 3, 2, 1].map((number) => ({ text: `m${number}` })));
  });

  test("gives the messages inside a merged one", async () => {
    const { messageId } = emulator.say(ops, "Ada", { type: "merge_forward", children: ["one", "two"] });
    const items = (await client.im.message.get({ path: { message_id: messageId } })).data?.items ?? [];
    expect(items.map((item) => item.upper_message_id)).toEqual([undefined, messageId, messageId]);
    expect(emulator.shows(ops)).toHaveLength(1);
  });
});

test("an unknown path, or a slash too many, is not found", async () => {
  for (const path of ["/open-apis/im/v9/messages", "//open-apis/bot/v3/info"]) {
    const response = await fetch(emulator.url + path);
    expect([response.status, await response.text()]).toEqual([404, "404 page not found"]);
  }
});
