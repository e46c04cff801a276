import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { PreviewPlace } from "@loong/sdk";
import type { ChatHandle, UserHandle } from "@loong/telegram/emulator";
import { type Stage, botMessages, botToken, newKey, never, setUp } from "./account.ts";

let stage: Stage;
let ann: UserHandle;
let direct: ChatHandle;
let group: ChatHandle;

beforeEach(async () => {
  stage = await setUp();
  ann = stage.emulator.user("Ann");
  direct = stage.emulator.directChat(ann, botToken);
  group = stage.emulator.group("ops", [ann], [botToken]);
});
afterEach(() => stage.close());

const stream = () => stage.channel.stream!;
const calls = (method: string) => stage.emulator.requests().filter((request) => request.method === method);
const shown = (chat: ChatHandle) => botMessages(stage.emulator, chat);

function placeIn(chat: ChatHandle, key = newKey()): PreviewPlace {
  const { messageId } = stage.emulator.say(chat, ann, "?", chat === direct ? {} : { mentions: [botToken] });
  return {
    conversation: { id: String(chat.chatId), type: chat === direct ? "direct" : "group" },
    messageId: `${chat.chatId}:${messageId}`,
    idempotencyKey: key,
  };
}

function finish(at: PreviewPlace, preview: string, markdown: string, channel = stage.channel) {
  return channel.send(
    {
      idempotencyKey: newKey(),
      to: at.conversation.id,
      inReplyTo: at.messageId,
      preview,
      content: { type: "markdown", markdown },
    },
    never,
  );
}

describe("in private", () => {
  test("a draft grows, and the answer is an ordinary message", async () => {
    const place = placeIn(direct);
    const preview = await stream().open(place, "**Hel", never);
    expect(stage.emulator.draft(direct)).toMatchObject({ text: "**Hel" });
    expect(await stream().update(preview, "**Hello** world", never)).toBe(preview);
    expect(stage.emulator.draft(direct)).toMatchObject({ text: "Hello world" });
    expect(stage.emulator.drafts(direct)).toHaveLength(1);
    await finish(place, preview, "**Hello** world!");
    expect(shown(direct)).toMatchObject([{ text: "Hello world!", history: ["Hello world!"] }]);
  });

  test("the same answer has the same draft, also in a later process", async () => {
    const place = placeIn(direct, "samekey");
    const first = await stream().open(place, "one", never);
    expect(await stage.open().stream!.open(place, "two", never)).toBe(first);
    expect(stage.emulator.drafts(direct)).toHaveLength(1);
  });

  test("a server that knows no drafts gets a message that is edited, and is not asked again", async () => {
    stage.emulator.inject({
      path: "sendMessageDraft",
      action: { status: 404, description: "Not Found: method not found" },
    });
    const place = placeIn(direct);
    const preview = await stream().open(place, "Hel", never);
    await stream().open(placeIn(direct), "Other", never);
    expect(calls("sendMessageDraft")).toHaveLength(1);
    const next = await stream().update(preview, "Hello", never);
    await finish(place, next, "Hello!");
    expect(shown(direct).map(({ text }) => text)).toEqual(["Hello!", "Other"]);
  });

  test("a chat that takes no draft gets a message", async () => {
    stage.emulator.inject({
      path: "sendMessageDraft",
      times: 1,
      action: { status: 400, description: "Bad Request: not here" },
    });
    await stream().open(placeIn(direct), "Hel", never);
    await stream().open(placeIn(direct), "Hello", never);
    expect(shown(direct)).toMatchObject([{ text: "Hel" }]);
    expect(stage.emulator.draft(direct)).toMatchObject({ text: "Hello" });
  });

  test("there is nothing to take away from a draft", async () => {
    const preview = await stream().open(placeIn(direct), "Hel", never);
    stage.emulator.clearRequests();
    await stream().discard(preview, never);
    expect(stage.emulator.requests()).toEqual([]);
  });
});

describe("in groups", () => {
  test("a message grows and becomes the answer", async () => {
    const place = placeIn(group);
    let preview = await stream().open(place, "Hel", never);
    preview = await stream().update(preview, "Hello **wor**", never);
    const receipt = await finish(place, preview, "Hello **world**");
    expect(shown(group)).toMatchObject([
      {
        text: "Hello world",
        history: ["Hel", "Hello wor", "Hello world"],
        parentId: Number(place.messageId.split(":")[1]),
      },
    ]);
    expect(receipt).toEqual({ messageId: `${group.chatId}:${shown(group)[0]?.messageId}` });
  });

  test("the same words are not sent again", async () => {
    const preview = await stream().open(placeIn(group), "Hello", never);
    expect(await stream().update(preview, "Hello", never)).toBe(preview);
    expect(calls("editMessageText")).toEqual([]);
  });

  test("an answer that was shown already is done, also by another process", async () => {
    const place = placeIn(group);
    const preview = await stream().open(place, "Hel", never);
    stage.emulator.inject({ path: "editMessageText", times: 1, action: "reset-after" });
    await expect(finish(place, preview, "Hello")).rejects.toMatchObject({ outcome: "unknown" });
    const receipt = await finish(place, preview, "Hello", stage.open());
    expect(shown(group)).toMatchObject([{ text: "Hello", history: ["Hel", "Hello"] }]);
    expect(receipt.messageId).toBe(`${group.chatId}:${shown(group)[0]?.messageId}`);
  });

  test("a preview that somebody deleted is followed by the answer", async () => {
    const place = placeIn(group);
    const preview = await stream().open(place, "Hel", never);
    stage.emulator.remove(group, shown(group)[0]?.messageId ?? 0);
    await finish(place, preview, "Hello");
    expect(shown(group).map(({ text }) => text)).toEqual(["Hello"]);
  });

  test("a preview that cannot be changed any more is taken away", async () => {
    const place = placeIn(group);
    const preview = await stream().open(place, "Hel", never);
    stage.emulator.inject({
      path: "editMessageText",
      action: { status: 400, description: "Bad Request: message can't be edited" },
    });
    await finish(place, preview, "Hello");
    expect(shown(group).map(({ text }) => text)).toEqual(["Hello"]);
  });

  test("a picture takes the place of a preview by following it", async () => {
    const place = placeIn(group);
    const preview = await stream().open(place, "Drawing…", never);
    const file = { path: import.meta.filename, name: "a.txt" };
    await stage.channel.send(
      { idempotencyKey: newKey(), to: place.conversation.id, preview, content: { type: "file", file } },
      never,
    );
    expect(shown(group)).toMatchObject([{ type: "document" }]);
  });

  test("a rate limit is told with its wait, and nothing is lost", async () => {
    const place = placeIn(group);
    const preview = await stream().open(place, "Hel", never);
    stage.emulator.inject({ path: "editMessageText", times: 2, action: { retryAfterSeconds: 6 } });
    await expect(stream().update(preview, "Hello", never)).rejects.toMatchObject({ retryAfterMs: 6_000 });
    await expect(finish(place, preview, "Hello")).rejects.toMatchObject({ outcome: "not-sent", retryAfterMs: 6_000 });
    await finish(place, preview, "Hello");
    expect(shown(group).map(({ text }) => text)).toEqual(["Hello"]);
  });

  test("a preview is taken away, once or twice", async () => {
    const preview = await stream().open(placeIn(group), "Hel", never);
    await stream().discard(preview, never);
    await stream().discard(preview, never);
    expect(shown(group)).toEqual([]);
  });

  test("more than one message holds is shown from its beginning", async () => {
    const preview = await stream().open(placeIn(group), `start ${"word ".repeat(1_000)}`, never);
    const longer = await stream().update(preview, `start ${"word ".repeat(2_000)}`, never);
    expect(longer).toBe(preview);
    expect(shown(group)[0]?.text.startsWith("start word")).toBe(true);
    expect(shown(group)[0]?.text.endsWith("…")).toBe(true);
  });

  test("a preview of another channel is refused, and an answer with one is simply said", async () => {
    await expect(stream().update("om_123", "x", never)).rejects.toMatchObject({ code: "TELEGRAM_MESSAGE_REF" });
    await stream().discard("om_123", never);
    await finish(placeIn(group), "om_123", "Hello");
    expect(shown(group).map(({ text }) => text)).toEqual(["Hello"]);
  });
});
