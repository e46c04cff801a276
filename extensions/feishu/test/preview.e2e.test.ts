import { writeFileSync } from "node:fs";
import type { Channel, OutboundContent, PreviewPlace } from "@loong/sdk";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type ChatHandle, DEFAULT_APP, type HttpFaultAction, type Said, type UserHandle } from "@loong/feishu/emulator";
import { type Stage, appId, newKey, never, setUp } from "./account.ts";

const MINUTE_MS = 60_000;
const CARDS = "/open-apis/cardkit/v1/cards";
const REPLY = "/open-apis/im/v1/messages/*/reply";
const MESSAGE = "/open-apis/im/v1/messages/*";

let stage: Stage;
let ann: UserHandle;
let chat: ChatHandle;
let question: Said;

async function stageWith(...settings: Parameters<typeof setUp>) {
  stage = await setUp(...settings);
  ann = stage.emulator.user("Ann");
  chat = stage.emulator.directChat(ann, appId);
  question = stage.emulator.say(chat, ann, "?");
}
beforeEach(() => stageWith());
afterEach(() => stage.close());

const place = (): PreviewPlace => ({
  conversation: { id: chat.chatId, type: "direct" },
  messageId: question.messageId,
  idempotencyKey: newKey(),
});
const open = (markdown: string, at = place(), channel: Channel = stage.channel) =>
  channel.stream!.open(at, markdown, never);
const update = (preview: string, markdown: string, channel: Channel = stage.channel) =>
  channel.stream!.update(preview, markdown, never);
const finish = (preview: string, content: OutboundContent | string, idempotencyKey = newKey(), to = stage.channel) =>
  to.send(
    {
      idempotencyKey,
      to: chat.chatId,
      inReplyTo: question.messageId,
      preview,
      content: typeof content === "string" ? { type: "markdown", markdown: content } : content,
    },
    never,
  );
const fromBot = () => stage.emulator.shows(chat).filter(({ from }) => from.kind === "app");
/** What people see, without what was recalled. */
const seen = () => fromBot().filter(({ recalled }) => !recalled);
const texts = () => seen().map(({ text }) => text);
const refusal = (code: number): HttpFaultAction => ({ status: 400, body: { code, msg: "no" } });
const refuse = (path: string, method: string, code: number, more: object = {}) =>
  stage.emulator.inject({ path, method, action: refusal(code), ...more });

describe("a preview", () => {
  test("is a card that answers the question and grows until it is the answer", async () => {
    const preview = await open("One");
    expect(seen()).toMatchObject([{ text: "One", generating: true, parentId: question.messageId }]);
    expect(await update(preview, "One and **two**")).toBe(preview);
    expect(texts()).toEqual(["One and **two**"]);
    const receipt = await finish(preview, "One and **two** and three");
    expect(seen()).toMatchObject([
      { messageId: receipt.messageId, text: "One and **two** and three", generating: false },
    ]);
    expect(receipt.degraded).toBeUndefined();
  });

  test("is text that fits the journal", async () => {
    const preview = await open("One", { ...place(), idempotencyKey: "k".repeat(50) });
    expect(preview.length).toBeLessThanOrEqual(512);
  });

  test("stays in the thread of the question", async () => {
    const group = stage.emulator.group("ops", [ann], [appId]);
    const root = stage.emulator.say(group, ann, "root");
    const { messageId, threadId = "" } = stage.emulator.say(group, ann, "?", { threadOf: root.messageId });
    const conversation = { id: group.chatId, type: "group", threadId } as const;
    await open("One", { ...place(), conversation, messageId });
    const shown = stage.emulator.shows(group).filter(({ from }) => from.kind === "app");
    expect(shown).toMatchObject([{ text: "One", threadId }]);
  });

  test("says what is plain text as it is written", async () => {
    await finish(await open("One"), { type: "text", text: "2 * 3 * 4" });
    expect(texts()).toEqual(["2 * 3 * 4"]);
  });

  test("disarms what would call everybody, while it is written too", async () => {
    const preview = await open('hi <at user_id="all">x</at>');
    await update(preview, '<at user_id="all">x</at> and <at');
    expect(JSON.stringify(stage.emulator.cards()[0]?.card)).not.toMatch(/<at/);
  });

  test("shows of a long answer what one card takes", async () => {
    const long = "字\n\"'".repeat(20_000);
    const preview = await open(long);
    await update(preview, `${long} more`);
    expect(texts()[0]).toMatch(/^字.* …$/s);
  });

  test("is not offered where answers are no cards", () => {
    expect(stage.open({ renderMode: "text" }).stream).toBeUndefined();
    expect(stage.open({ renderMode: "post" }).stream).toBeUndefined();
    expect(stage.open({ renderMode: "card" }).stream).toBeDefined();
  });

  test("of somebody else is refused, and its answer said anew", async () => {
    await expect(update("{}", "x")).rejects.toMatchObject({ code: "FEISHU_PREVIEW_UNKNOWN" });
    expect((await finish("not mine", "**answer**")).degraded).toContain("not made by this channel");
    expect(texts()).toEqual(["**answer**"]);
  });
});

describe("an answer is seen once", () => {
  test("when it is sent again", async () => {
    const preview = await open("One");
    const key = newKey();
    const first = await finish(preview, "One, two", key);
    expect(await finish(preview, "One, two", key)).toEqual(first);
    expect(seen()).toMatchObject([{ text: "One, two", generating: false }]);
  });

  test.each([
    ["closing the card", `${CARDS}/*/settings`, "PATCH"],
    ["writing the card", `${CARDS}/*`, "PUT"],
    ["looking at the message", MESSAGE, "GET"],
  ])("when the answer to %s is lost", async (_, path, method) => {
    const preview = await open("One");
    const key = newKey();
    stage.emulator.inject({ path, method, times: 1, action: "reset-after" });
    await expect(finish(preview, "One, two", key)).rejects.toMatchObject({ outcome: "unknown" });
    await finish(preview, "One, two", key);
    expect(seen()).toMatchObject([{ text: "One, two", generating: false }]);
  });

  test("when another process finishes it", async () => {
    const preview = await open("One");
    await update(preview, "One, two");
    await stage.channel.close();
    const later = stage.open();
    await update(preview, "One, two, three", later);
    const { messageId } = await finish(preview, "One, two, three, four", newKey(), later);
    expect(seen()).toMatchObject([{ messageId, text: "One, two, three, four", generating: false }]);
  });

  test("when the clock of the next process is behind", async () => {
    const preview = await open("One");
    const [messageId, cardId, madeAtMs] = JSON.parse(preview) as [string, string, number];
    const ahead = JSON.stringify([messageId, cardId, madeAtMs - 60 * MINUTE_MS]);
    await update(ahead, "One, two");
    await stage.channel.close();
    await finish(preview, "One, two, three", newKey(), stage.open());
    expect(seen()).toMatchObject([{ text: "One, two, three", generating: false }]);
  });

  test("when a process died before it could say which preview it had opened", async () => {
    const at = place();
    await open("One", at);
    await stage.channel.close();
    const later = stage.open();
    const preview = await open("Other", at, later);
    expect(texts()).toEqual(["Other"]);
    await update(preview, "Other words", later);
    await finish(preview, "Other words, all", newKey(), later);
    expect(seen()).toMatchObject([{ text: "Other words, all", generating: false }]);
    expect(stage.emulator.cards()).toHaveLength(1);
  });

  test("when the answer to its opening is lost", async () => {
    stage.emulator.inject({ path: REPLY, times: 1, action: "reset-after" });
    await finish(await open("One"), "One, two");
    expect(seen()).toMatchObject([{ text: "One, two", generating: false }]);
  });

  test("after an hour of writing, though the platform ends the writing after ten minutes", async () => {
    const preview = await open("One");
    for (const words of ["One, two", "One, two, three"]) {
      stage.emulator.advance(11 * MINUTE_MS);
      await update(preview, words);
      expect(seen()).toMatchObject([{ text: words, generating: true }]);
    }
    stage.emulator.advance(38 * MINUTE_MS);
    await finish(preview, "done");
    expect(seen()).toMatchObject([{ text: "done", generating: false }]);
    expect(stage.emulator.cards()[0]).toMatchObject({ streaming: false });
  });

  test("when somebody ended the writing meanwhile", async () => {
    const preview = await open("One");
    refuse(`${CARDS}/*/elements/answer/content`, "PUT", 300309, { times: 1 });
    await update(preview, "One, two");
    refuse(`${CARDS}/*/settings`, "PATCH", 300309, { times: 1 });
    await finish(preview, "One, two, three");
    expect(texts()).toEqual(["One, two, three"]);
  });
});

describe("an answer that cannot take its preview's place is said anew", () => {
  /** @returns what the receipt says about it. */
  async function sayAnew(preview: string, content: OutboundContent | string) {
    const key = newKey();
    const receipt = await finish(preview, content, key);
    expect(seen()).toMatchObject([{ messageId: receipt.messageId, generating: false }]);
    expect(stage.emulator.cards().every(({ streaming, messageId }) => !streaming || isRecalled(messageId))).toBe(true);
    // And once more, as after an outcome that nobody knew.
    expect((await finish(preview, content, key)).messageId).toBe(receipt.messageId);
    expect(seen()).toHaveLength(1);
    return receipt.degraded;
  }
  const isRecalled = (id?: string) => fromBot().some(({ messageId, recalled }) => messageId === id && recalled);

  test("when it is more than a card holds", async () => {
    expect(await sayAnew(await open("One"), `**${'\\"'.repeat(12_000)}**`)).toMatch(/no card could show it/);
    expect(seen()[0]?.msgType).toBe("text");
  });

  test("when it is a card of its author", async () => {
    const card = { schema: "2.0", body: { elements: [{ tag: "markdown", content: "mine" }] } };
    expect(await sayAnew(await open("One"), { type: "card", card, fallbackText: "mine" })).toMatch(
      /no card could show it/,
    );
  });

  test.each([200740, 200750, 300311, 300305, 200860, 99991672])("when the card is refused with %i", async (code) => {
    const preview = await open("One");
    refuse(`${CARDS}/*`, "PUT", code);
    expect(await sayAnew(preview, "**all of it**")).toMatch(new RegExp(String(code)));
  });

  test("when it comes so late that the preview can neither be written nor recalled", async () => {
    const preview = await open("One");
    stage.emulator.advance(15 * 24 * 60 * MINUTE_MS);
    const { degraded } = await finish(preview, "**late**");
    expect(degraded).toMatch(/200750.*still there.*200750/);
    expect(seen()).toMatchObject([
      { text: "One", generating: false },
      { text: "**late**", generating: false },
    ]);
  });

  test("when somebody recalled it", async () => {
    const preview = await open("One");
    stage.emulator.recall(JSON.parse(preview)[0] as string);
    expect(await sayAnew(preview, "**all of it**")).toMatch(/recalled/);
  });

  test("when the answer of the new message is lost, or it has to wait", async () => {
    const preview = await open("One");
    const key = newKey();
    refuse(`${CARDS}/*`, "PUT", 300305);
    stage.emulator.inject({ path: REPLY, nth: 1, action: { rateLimitSeconds: 1 } });
    stage.emulator.inject({ path: REPLY, nth: 2, action: "reset-after" });
    await expect(finish(preview, "all", key)).rejects.toMatchObject({ outcome: "not-sent", retryAfterMs: 1_000 });
    stage.emulator.clearFaults();
    stage.emulator.inject({ path: REPLY, times: 1, action: "reset-after" });
    await expect(finish(preview, "all", key)).rejects.toMatchObject({ outcome: "unknown" });
    await finish(preview, "all", key);
    expect(texts()).toEqual(["all"]);
  });

  test("and a preview that cannot be recalled is left empty above it", async () => {
    const preview = await open("One");
    refuse(MESSAGE, "DELETE", 230009);
    refuse(`${CARDS}/*`, "PUT", 300305, { contains: "all of it" });
    const { degraded } = await finish(preview, "all of it");
    expect(degraded).toContain("300305");
    expect(seen()).toMatchObject([
      { text: "…", generating: false },
      { text: "all of it", generating: false },
    ]);
  });

  test("and waits when the platform does not say whether the preview was recalled", async () => {
    const preview = await open("One");
    const key = newKey();
    refuse(`${CARDS}/*`, "PUT", 300305);
    stage.emulator.inject({ path: MESSAGE, method: "DELETE", times: 1, action: "reset-after" });
    await expect(finish(preview, "all", key)).rejects.toMatchObject({ outcome: "not-sent" });
    await finish(preview, "all", key);
    expect(texts()).toEqual(["all"]);
  });
});

describe("a preview without an answer", () => {
  test("is recalled, and once more does nothing", async () => {
    const preview = await open("One");
    await stage.open().stream!.discard(preview, never);
    expect(fromBot()).toMatchObject([{ recalled: true }]);
    await stage.channel.stream!.discard(preview, never);
  });

  test("is closed and emptied where it cannot be recalled", async () => {
    const preview = await open("One");
    refuse(MESSAGE, "DELETE", 230009);
    await stage.channel.stream!.discard(preview, never);
    expect(seen()).toMatchObject([{ text: "…", generating: false }]);
  });

  test("that could not be shown for certain is not left as if it were being written", async () => {
    stage.emulator.inject({ path: REPLY, times: 2, action: "reset-after" });
    const at = place();
    await expect(open("One", at)).rejects.toMatchObject({ outcome: "unknown" });
    expect(seen()).toMatchObject([{ text: "…", generating: false }]);
    // Opened once more, it goes on where it stopped.
    await finish(await open("One, two", at), "One, two, three");
    expect(seen()).toMatchObject([{ text: "One, two, three", generating: false }]);
  });
});

describe("without the scope of CardKit", () => {
  beforeEach(async () => {
    await stage.close();
    await stageWith({ apps: [{ ...DEFAULT_APP, scopes: ["im:message", "im:message:send_as_bot"] }] });
  });
  const makings = () => stage.emulator.requests().filter(({ path }) => path === CARDS);

  test("the card is replaced whole, and the operator is told once", async () => {
    const preview = await open("One");
    await update(preview, "One, **two**");
    expect(texts()).toEqual(["One, **two**"]);
    const receipt = await finish(preview, "One, **two**, three", newKey(), stage.open());
    expect(seen()).toMatchObject([
      { messageId: receipt.messageId, text: "One, **two**, three", msgType: "interactive" },
    ]);
    await open("Another");
    expect(makings()).toHaveLength(1);
    const warnings = stage.log.filter(({ level }) => level === "warn");
    expect(warnings).toHaveLength(1);
    expect(warnings[0]?.fields?.["hint"]).toContain("cardkit:card:write");
  });

  test("an answer is still seen once: repeated, recalled, refused", async () => {
    const at = place();
    const preview = await open("One", at);
    expect(await open("One", at)).toBe(preview);
    const key = newKey();
    stage.emulator.inject({ path: MESSAGE, method: "PATCH", times: 1, action: "reset-after" });
    await expect(finish(preview, "One, two", key)).rejects.toMatchObject({ outcome: "unknown" });
    await finish(preview, "One, two", key);
    expect(texts()).toEqual(["One, two"]);

    const other = await open("Three");
    stage.emulator.recall(JSON.parse(other)[0] as string);
    await finish(other, "Three, four");
    expect(texts()).toEqual(["One, two", "Three, four"]);

    const old = await open("Five");
    refuse(MESSAGE, "PATCH", 230031);
    await finish(old, "Five, six");
    expect(texts()).toEqual(["One, two", "Three, four", "Five, six"]);
  });

  test("a preview without an answer is recalled", async () => {
    await stage.channel.stream!.discard(await open("One"), never);
    expect(seen()).toEqual([]);
  });
});

test("a preview that cannot be noted on disk is not shown", async () => {
  writeFileSync(`${stage.directory}/previews`, "a file where the folder should be");
  await expect(open("One")).rejects.toMatchObject({ code: "FEISHU_PREVIEW_NOT_NOTED" });
  expect(seen()).toEqual([]);
});
