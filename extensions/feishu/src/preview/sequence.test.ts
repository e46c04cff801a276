import { expect, test } from "vitest";
import { createSequence } from "./sequence.ts";

const MADE_AT_MS = 1_790_000_000_000;
const DAY_MS = 86_400_000;
const card = { cardId: "7", madeAtMs: MADE_AT_MS };

test("numbers grow within one millisecond, from one process to the next, and for each card on its own", () => {
  let nowMs = MADE_AT_MS;
  const first = createSequence(() => nowMs);
  expect([first.next(card), first.next(card), first.next({ ...card, cardId: "8" })]).toEqual([1, 2, 1]);
  nowMs += 5;
  const later = createSequence(() => nowMs);
  expect(later.next(card)).toBe(6);
});

test("numbers grow though the clock goes back", () => {
  let nowMs = MADE_AT_MS + 1_000;
  const sequence = createSequence(() => nowMs);
  expect(sequence.next(card)).toBe(1_001);
  nowMs = MADE_AT_MS - 1_000;
  expect(sequence.next(card)).toBe(1_002);
  expect(createSequence(() => nowMs).next(card)).toBe(1);
});

test("after a skip they are above all that a clock ahead by less than a day has given", () => {
  const ahead = createSequence(() => MADE_AT_MS + DAY_MS - 1);
  const behind = createSequence(() => MADE_AT_MS);
  const taken = ahead.next(card);
  behind.next(card);
  behind.skipAhead(card);
  expect(behind.next(card)).toBeGreaterThan(taken);
});

test("a card's whole life, some days skipped, fits 32 bits", () => {
  const sequence = createSequence(() => MADE_AT_MS + 14 * DAY_MS);
  for (let days = 0; days < 10; days++) {
    sequence.next(card);
    sequence.skipAhead(card);
  }
  expect(sequence.next(card)).toBeLessThan(2 ** 31);
});
