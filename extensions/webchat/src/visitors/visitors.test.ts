import { randomBytes } from "node:crypto";
import { createVirtualClock } from "@loong/testkit";
import { expect, test } from "vitest";
import type { Entry, ServerFrame } from "../protocol.ts";
import { createBucket } from "./bucket.ts";
import { createHistory } from "./history.ts";
import { createIdentity } from "./identity.ts";
import { type Tab, createVisitors } from "./visitors.ts";

const LIMITS = {
  maxMessageChars: 100,
  messagesPerMinute: 10,
  maxVisitors: 2,
  historyMessages: 3,
  idleTimeoutMs: 60_000,
  visitorTimeoutMs: 60_000,
};

function entry(id: string, more: Partial<Entry> = {}): Entry {
  return { id, from: "bot", atMs: 1, text: id, ...more };
}

function tab(): Tab & { readonly frames: ServerFrame[]; readonly codes: number[] } {
  const frames: ServerFrame[] = [];
  const codes: number[] = [];
  return { frames, codes, send: (frame) => void frames.push(frame), close: (code) => void codes.push(code) };
}

test("a history keeps the newest, in place, and never more than fits", () => {
  const history = createHistory(3);
  for (const id of ["a", "b", "c", "d"]) history.put(entry(id));
  history.put(entry("c", { text: "changed" }));
  expect(history.entries().map(({ text }) => text)).toEqual(["b", "changed", "d"]);
  history.put(entry("e", { replaces: "c" }));
  expect(history.entries().map(({ id }) => id)).toEqual(["b", "e", "d"]);
  history.put(entry("large", { text: "x".repeat(250_000) }));
  history.put(entry("larger", { text: "x".repeat(250_000) }));
  expect(history.entries().map(({ id }) => id)).toEqual(["larger"]);
});

test("what is confirmed is known as long as it is kept", () => {
  const history = createHistory(2);
  history.put(entry("a"));
  history.confirm("a");
  history.confirm("never kept");
  expect([history.isConfirmed("a"), history.isConfirmed("never kept")]).toEqual([true, false]);
  history.put(entry("b"));
  history.put(entry("c"));
  expect(history.isConfirmed("a")).toBe(false);
});

test("a bucket lets a burst through, then one at a time", () => {
  const bucket = createBucket(60, 0, 2);
  expect([bucket.take(0), bucket.take(0), bucket.take(0)]).toEqual([0, 0, 1_000]);
  expect(bucket.waitMs(400)).toBe(600);
  expect([bucket.take(1_000), bucket.take(1_000)]).toEqual([0, 1_000]);
  expect(bucket.take(500), "a clock that was set back").toBe(1_000);
});

test("ids and credentials are genuine under their own key only", () => {
  const identity = createIdentity(Buffer.from("one key"), randomBytes);
  const other = createIdentity(Buffer.from("another key"), randomBytes);
  const id = identity.create();
  expect(id).toMatch(/^v[0-9a-f]{36}$/);
  expect(identity.create()).not.toBe(id);
  expect([identity.isOurs(id), other.isOurs(id)]).toEqual([true, false]);
  expect(identity.visitorOf(identity.credential(id))).toBe(id);
  expect(identity.visitorOf(other.credential(id))).toBeUndefined();
  expect(identity.visitorOf(id)).toBeUndefined();
  expect(
    identity.visitorOf(`${identity.credential(id)}.x`),
    "more than the two parts is no credential",
  ).toBeUndefined();
  expect(identity.isOurs("__proto__")).toBe(false);
  expect(identity.cookieName).not.toBe(other.cookieName);
});

test("when all places are taken, who has been away the longest is forgotten, and nobody who is there", () => {
  const clock = createVirtualClock();
  const visitors = createVisitors(LIMITS, () => clock.now());
  const [one, other] = [visitors.visit("v1"), visitors.visit("v2")];
  const [tabOfOne, tabOfOther] = [tab(), tab()];
  visitors.arrive(one, tabOfOne);
  visitors.arrive(other, tabOfOther);
  expect(() => visitors.visit("v3")).toThrow(expect.objectContaining({ code: "WEBCHAT_FULL" }));
  visitors.leave(other, tabOfOther);
  visitors.visit("v3");
  expect([visitors.find("v1"), visitors.find("v2")]).toEqual([one, undefined]);
});

test("a page that nobody uses is disconnected after the idle time", async () => {
  const clock = createVirtualClock();
  const visitors = createVisitors(LIMITS, () => clock.now());
  const visitor = visitors.visit("v1");
  const page = tab();
  visitors.arrive(visitor, page);
  await clock.advance(59_000);
  visitors.closeIdle();
  expect(page.codes).toEqual([]);
  visitors.show(visitor, entry("a"));
  await clock.advance(59_000);
  visitors.closeIdle();
  expect(page.codes).toEqual([]);
  await clock.advance(2_000);
  visitors.closeIdle();
  expect(page.codes).toEqual([4_000]);
});

test("the ninth page of a visitor closes the first", () => {
  const visitors = createVisitors(LIMITS, () => 0);
  const visitor = visitors.visit("v1");
  const pages = Array.from({ length: 9 }, tab);
  for (const page of pages) visitors.arrive(visitor, page);
  expect(pages.map(({ codes }) => codes.length)).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 0]);
});
