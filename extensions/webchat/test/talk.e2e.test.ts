import type { Channel, OutboundMessage, Receipt } from "@loong/sdk";
import type { ServedChannel } from "@loong/testkit";
import { afterEach, expect, test } from "vitest";
import type { WebchatAccount } from "../src/index.ts";
import { freeAddress, serveWebchat } from "./harness.ts";
import { type Browser, openBrowser, wordsOf } from "./visitor-browser.ts";

const KEY = "a-session-key-of-the-tests-00000000003";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

async function serve(account: WebchatAccount = {}): Promise<{ address: string; served: ServedChannel }> {
  const address = account.bind ?? (await freeAddress());
  const served = await serveWebchat({ bind: address, sessionKey: KEY, messagesPerMinute: 600, ...account });
  cleanups.push(() => served.stop());
  return { address, served };
}

async function visit(address: string, cookie?: string): Promise<Browser> {
  const browser = openBrowser({ address, ...(cookie === undefined ? {} : { cookie }) });
  cleanups.push(() => browser.close());
  await browser.connected();
  return browser;
}

let keys = 0;
function message(to: string, markdown: string, more: Partial<OutboundMessage> = {}): OutboundMessage {
  keys += 1;
  return { idempotencyKey: `key${keys}`, to, content: { type: "markdown", markdown }, ...more };
}

function send(channel: Channel, outbound: OutboundMessage, timeoutMs = 8_000): Promise<Receipt> {
  return channel.send(outbound, AbortSignal.timeout(timeoutMs));
}

const words = (browser: Browser) => browser.bubbles().map((bubble) => `${bubble.from}: ${wordsOf(bubble)}`);

test("a page that comes again sees what was said last, in order", async () => {
  const { address, served } = await serve({ historyMessages: 3 });
  const first = await visit(address);
  const { id } = await first.say("one");
  await expect.poll(() => first.isTaken(id)).toBe(true);
  await send(served.channel, message(first.visitorId(), "two"));
  await first.say("three");
  await expect.poll(() => words(first)).toContain("visitor: three");
  await send(served.channel, message(first.visitorId(), "four"));
  first.close();
  const again = await visit(address, first.cookie());
  expect(again.visitorId()).toBe(first.visitorId());
  expect(words(again)).toEqual(["bot: two", "visitor: three", "bot: four"]);
});

test("two pages of one visitor show the same, and nobody else sees it", async () => {
  const { address, served } = await serve();
  const one = await visit(address);
  const other = await visit(address, one.cookie());
  const stranger = await visit(address);
  expect(other.visitorId()).toBe(one.visitorId());
  expect(stranger.visitorId()).not.toBe(one.visitorId());
  await one.say("from one");
  await expect.poll(() => words(other)).toEqual(["visitor: from one"]);
  await send(served.channel, message(one.visitorId(), "to both"));
  const both = ["visitor: from one", "bot: to both"];
  await expect.poll(() => [words(one), words(other)]).toEqual([both, both]);
  expect(stranger.bubbles()).toEqual([]);
});

test("one key is shown once, however often it is sent", async () => {
  const { address, served } = await serve();
  const browser = await visit(address);
  const outbound = message(browser.visitorId(), "only once");
  const receipts = [await send(served.channel, outbound), await send(served.channel, outbound)];
  expect(receipts[0]).toEqual(receipts[1]);
  expect(words(browser)).toEqual(["bot: only once"]);
});

test("a message for a page that is away waits, is shown when it comes back, and then has its receipt", async () => {
  const { address, served } = await serve();
  const browser = await visit(address);
  const id = browser.visitorId();
  browser.close();
  await expect.poll(() => browser.closeCodes().length).toBe(1);
  const outbound = message(id, "are you there?");
  await expect(send(served.channel, outbound, 300)).rejects.toMatchObject({
    code: "WEBCHAT_VISITOR_AWAY",
    outcome: "not-sent",
    retryAfterMs: 5_000,
  });
  const again = await visit(address, browser.cookie());
  expect(words(again)).toEqual(["bot: are you there?"]);
  await expect(send(served.channel, outbound)).resolves.toMatchObject({ messageId: again.bubbles()[0]?.id });
  expect(words(again)).toEqual(["bot: are you there?"]);
});

test("a message for a page that stays away is refused for good, and is not shown later", async () => {
  const { address, served } = await serve({ visitorTimeoutMinutes: 0.001 });
  const browser = await visit(address);
  browser.close();
  await expect.poll(() => browser.closeCodes().length).toBe(1);
  await expect(send(served.channel, message(browser.visitorId(), "late"), 300)).rejects.toMatchObject({
    code: "WEBCHAT_VISITOR_GONE",
    outcome: "rejected",
  });
  expect(words(await visit(address, browser.cookie()))).toEqual([]);
});

test("a page that goes without confirming shows the message once when it is back", async () => {
  const { address, served } = await serve();
  const browser = await visit(address);
  browser.breakAtNextMessage(true);
  const receipt = await send(served.channel, message(browser.visitorId(), "lost confirmation"));
  expect(browser.bubbles().map(({ id }) => id)).toEqual([receipt.messageId]);
});

test("a page that stays and confirms nothing leaves it unknown whether it shows the message", async () => {
  const { address, served } = await serve();
  const browser = openBrowser({ address, confirms: false });
  cleanups.push(() => browser.close());
  await browser.connected();
  await expect(send(served.channel, message(browser.visitorId(), "anybody?"), 300)).rejects.toMatchObject({
    code: "WEBCHAT_NOT_CONFIRMED",
    outcome: "unknown",
  });
});

test("an answer grows in one bubble, and what is final takes its place", async () => {
  const { address, served } = await serve();
  const browser = await visit(address);
  const id = browser.visitorId();
  const { stream } = served.channel;
  const signal = AbortSignal.timeout(8_000);
  const place = { conversation: { id, type: "direct" as const }, messageId: "x", idempotencyKey: "preview1" };
  const preview = (await stream?.open(place, "Hel", signal)) ?? "";
  await stream?.update(preview, "Hello **wor", signal);
  await expect.poll(() => browser.bubbles()).toMatchObject([{ unfinished: true, from: "bot" }]);
  expect(words(browser)).toEqual(["bot: Hello **wor"]);
  const late = await visit(address, browser.cookie());
  expect(words(late)).toEqual(["bot: Hello **wor"]);
  const receipt = await send(served.channel, message(id, "Hello **world**", { preview }));
  await expect
    .poll(() => [browser.bubbles(), late.bubbles()].map((all) => all.map((one) => one.id)))
    .toEqual([[receipt.messageId], [receipt.messageId]]);
  expect(browser.bubbles()[0]?.unfinished).toBeUndefined();
  await expect(
    stream?.open({ ...place, conversation: { id: "v1", type: "direct" } }, "x", signal),
  ).rejects.toMatchObject({
    code: "WEBCHAT_PREVIEW",
  });
});

test("a page that does not read is given up, and gets everything when it comes back", async () => {
  const { address, served } = await serve();
  const browser = await visit(address);
  const id = browser.visitorId();
  const { stream } = served.channel;
  const signal = AbortSignal.timeout(20_000);
  const place = { conversation: { id, type: "direct" as const }, messageId: "x", idempotencyKey: "slow" };
  const preview = (await stream?.open(place, "start", signal)) ?? "";
  browser.stopReading();
  async function flood(): Promise<void> {
    for (let n = 0; n < 5_000; n += 1) {
      await stream?.update(preview, `${n} `.padEnd(16_000, "x"), signal);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  await expect(flood()).rejects.toMatchObject({ code: "WEBCHAT_PREVIEW" });
  browser.drop();
  const receipt = await send(served.channel, message(id, "the end", { preview }));
  expect(browser.bubbles().map((bubble) => bubble.id)).toEqual([receipt.messageId]);
});

test("typing is shown to pages that are there and to those that come", async () => {
  const { address, served } = await serve();
  const browser = await visit(address);
  const { typing } = served.channel;
  const signal = AbortSignal.timeout(8_000);
  const handle = (await typing?.start({ conversationId: browser.visitorId(), messageId: "x" }, signal)) ?? "";
  await expect.poll(() => browser.isTyping()).toBe(true);
  const second = await visit(address, browser.cookie());
  await expect.poll(() => second.isTyping()).toBe(true);
  await typing?.stop(handle, signal);
  await expect.poll(() => [browser.isTyping(), second.isTyping()]).toEqual([false, false]);
});

test("a message that is too long or empty is refused for good, and the page stays", async () => {
  const { address, served } = await serve({ maxMessageChars: 10 });
  const browser = await visit(address);
  const long = await browser.say("12345678901");
  const empty = await browser.say(" \n\0");
  const fits = await browser.say("1234567890");
  await expect.poll(() => browser.isTaken(fits.id)).toBe(true);
  expect(browser.refusals(long.id)).toEqual([{ type: "refused", id: long.id, reason: "too-long" }]);
  expect(browser.refusals(empty.id)).toMatchObject([{ reason: "empty" }]);
  expect(served.events.map(({ text }) => text)).toEqual(["1234567890"]);
});

test.each([
  ["a frame larger than any message", "x".repeat(200_000), 1009],
  ["bytes", Buffer.from([1, 2, 3]), 1003],
  ["no JSON", "hello", 1008],
  ["no frame", '{"type":"shout"}', 1008],
  ["a frame with more in it", '{"type":"say","id":"12345678","text":"x","from":"bot"}', 1008],
  ["an id that is none", '{"type":"say","id":"../../x","text":"x"}', 1008],
])("%s ends the connection", async (_what, data, code) => {
  const { address, served } = await serve();
  const browser = await visit(address);
  browser.sendRaw(data);
  await expect.poll(() => browser.closeCodes()).toContain(code);
  expect(served.events).toEqual([]);
});

test("who writes too fast is told to wait, and what was refused can be said again", async () => {
  const { address, served } = await serve({ messagesPerMinute: 5 });
  const browser = await visit(address);
  const said = await Promise.all(Array.from({ length: 8 }, (_, n) => browser.say(`message ${n}`)));
  const last = said.at(-1)?.id ?? "";
  await expect.poll(() => browser.refusals(last)).toMatchObject([{ reason: "too-fast" }]);
  expect(browser.refusals(last)[0]?.retryAfterMs).toBeGreaterThan(1_000);
  expect(served.events).toHaveLength(5);
  const another = await visit(address);
  const { id } = await another.say("not my flood");
  await expect.poll(() => another.isTaken(id)).toBe(true);
});

test("a flood of frames ends the connection", async () => {
  const { address } = await serve();
  const browser = await visit(address);
  for (let n = 0; n < 400; n += 1) browser.sendRaw('{"type":"seen","ids":[]}');
  await expect.poll(() => browser.closeCodes()).toContain(1008);
});

test("what is said twice under one id is one message, and what was not stored is taken the second time", async () => {
  const { address, served } = await serve();
  const browser = await visit(address);
  served.setGate("refuse");
  const { id, messageId } = await browser.say("hello");
  await expect.poll(() => browser.refusals(id)).toMatchObject([{ reason: "not-now", retryAfterMs: 3_000 }]);
  expect(browser.isTaken(id)).toBe(false);
  served.setGate("accept");
  await browser.sayAgain(id);
  await expect.poll(() => browser.isTaken(id)).toBe(true);
  await browser.sayAgain(id);
  await expect.poll(() => served.events.length).toBe(2);
  expect(served.events.map((event) => [event.eventId, event.messageId])).toEqual([
    [messageId, messageId],
    [messageId, messageId],
  ]);
  expect(words(browser)).toEqual(["visitor: hello"]);
});

test("hostile markdown arrives as words and harmless elements", async () => {
  const { address, served } = await serve();
  const browser = await visit(address);
  const hostile = "<img src=x onerror=alert(1)> [a](javascript:alert(1)) ![b](data:text/html,x) <script>1</script>";
  await send(served.channel, message(browser.visitorId(), hostile));
  const text = JSON.stringify(browser.bubbles()[0]?.body);
  expect(text).toContain("<img src=x onerror=alert(1)>");
  expect(text).not.toMatch(/"href"|"tag":"(?:img|script)"/);
});

test("files are refused, and say so", async () => {
  const { address, served } = await serve();
  const browser = await visit(address);
  const file = { type: "image" as const, file: { path: "/tmp/picture.png" } };
  await expect(
    send(served.channel, { idempotencyKey: "file1", to: browser.visitorId(), content: file }),
  ).rejects.toMatchObject({ code: "WEBCHAT_CONTENT", outcome: "rejected" });
});
