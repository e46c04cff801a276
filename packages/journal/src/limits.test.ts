import type { Journal } from "@loong/gateway";
import { createVirtualClock, type VirtualClock } from "@loong/testkit";
import { beforeEach, describe, expect, test } from "vitest";
import { never, openScene, type Scene, type Script } from "../test/core-scene.ts";
import { createMemoryJournal } from "./memory.ts";

const MINUTE_MS = 60_000;

let journal: Journal;
let clock: VirtualClock;
beforeEach(() => {
  journal = createMemoryJournal();
  clock = createVirtualClock();
});

const stage = (script: Script = {}) => openScene(journal, { clock, ...script });
const ends = ({ gateway }: Scene) => Promise.all([gateway.drain(0), clock.advance(1)]);
const group = (id: string) => ({ conversation: { id, type: "group" } }) as const;

describe("a sender who writes too fast", () => {
  const settings = { messagesPerMinute: 20 };

  test("is answered twenty times in a minute, and told once that the rest is not", async () => {
    const scene = await stage({ settings });
    for (let n = 0; n < 500; n++) expect(await scene.says(`${n}`)).toBe("stored");
    await clock.advance(1_000);
    expect(scene.asked).toHaveLength(20);
    expect((await journal.counts()).inbox).toMatchObject({ done: 20, denied: 480 });
    expect((await scene.room(21)).filter((text) => text.includes("faster than I can answer"))).toHaveLength(1);
    expect(scene.warnings).toEqual([
      expect.objectContaining({ reason: "too many messages", allow: "loong config set gateway.messagesPerMinute 60" }),
    ]);
    const [denied] = await journal.list({ box: "inbox", states: ["denied"], limit: 1 });
    expect(denied?.error).toBe("too many messages");
  });

  test("is told once a minute at most, in whatever rooms", async () => {
    const scene = await stage({ settings });
    for (let second = 0; second < 180; second++) {
      for (let n = 0; n < 5; n++) await scene.says("again", group(`room ${n}`));
      await clock.advance(1_000);
    }
    const told = (await scene.room(1)).filter((text) => text.includes("faster than I can answer"));
    expect(told).toHaveLength(3);
    expect(scene.asked).toHaveLength(60);
  });

  test("holds nobody else up", async () => {
    const scene = await stage({ settings });
    for (let n = 0; n < 30; n++) await scene.says("spam", group("room"));
    await scene.says("a question", { ...group("room"), sender: { id: "bob" } });
    await clock.advance(1_000);
    expect(scene.asked.at(-1)?.input).toMatchObject({ sender: { id: "bob" } });
  });

  test("several of them in one room make one notice", async () => {
    const scene = await stage({ settings: { messagesPerMinute: 1 } });
    for (let n = 0; n < 40; n++) await scene.says("spam", { ...group("room"), sender: { id: `sender ${n % 10}` } });
    await clock.advance(1_000);
    expect((await scene.room(11)).filter((text) => text.includes("faster than I can answer"))).toHaveLength(1);
  });

  test("loses no place to a delivery that came twice, nor to one that was not stored", async () => {
    const scene = await stage({ settings: { messagesPerMinute: 2, maxPendingPerLane: 1 }, answer: never });
    await scene.says("one", { eventId: "e", messageId: "m" });
    await expect(scene.says("refused")).rejects.toMatchObject({ code: "GATEWAY_OVERLOADED" });
    for (let n = 0; n < 5; n++)
      await expect(scene.says("one", { eventId: "e", messageId: "m", ...group("beside") })).resolves.toBe("duplicate");
    await scene.says("two", group("elsewhere"));
    expect((await journal.counts()).inbox).toMatchObject({ denied: 0 });
    await ends(scene);
  });
});

describe("full queues", () => {
  const settings = { maxPendingPerLane: 1 };
  const overloaded = { code: "GATEWAY_OVERLOADED", outcome: "not-sent" };

  test("are said in a room whose platform delivers nothing again: once in ten minutes", async () => {
    const scene = await stage({ settings, answer: never, redelivers: false });
    await scene.says("runs");
    for (let minute = 0; minute < 21; minute++) {
      await expect(scene.says("waits in vain")).rejects.toMatchObject(overloaded);
      await clock.advance(MINUTE_MS);
    }
    const told = (await scene.room(3)).filter((text) => text.includes("Very many messages"));
    expect(told).toHaveLength(3);
    await ends(scene);
  });

  test("are said in no other room, and nowhere else", async () => {
    const scene = await stage({ settings, answer: never });
    await scene.says("runs");
    await expect(scene.says("comes again")).rejects.toMatchObject(overloaded);
    await clock.advance(MINUTE_MS);
    expect(scene.shown).toEqual([]);
    await ends(scene);
  });

  test("are bounded by what the messages weigh, too", async () => {
    const scene = await stage({ settings: { maxPendingBytes: 1_000_000 }, answer: never });
    const page = "x".repeat(200_000);
    for (let n = 0; n < 3; n++) await scene.says(page, group(`room ${n}`));
    await expect(scene.says("one more")).rejects.toMatchObject(overloaded);
    await ends(scene);
  });
});

test("a gateway that is held takes messages in, and runs and sends nothing until it is let go", async () => {
  const scene = await stage({ held: true });
  await scene.says("one");
  const sending = scene.gateway.send({
    channel: "chat",
    account: "main",
    to: "elsewhere",
    content: { type: "text", text: "news" },
  });
  await clock.advance(50_000);
  expect([scene.asked, scene.shown]).toEqual([[], []]);
  scene.gateway.letGo();
  await clock.advance(1_000);
  expect(await sending).toMatchObject({ state: "sent" });
  expect(scene.shown.map(({ to }) => to).toSorted()).toEqual(["elsewhere", "room"]);
});
