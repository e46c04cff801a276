import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createMadeCards } from "./made-cards.ts";

const HOUR_MS = 3_600_000;
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "loong-made-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

test("a card is found by another process within the hour in which its key counts", async () => {
  const madeAtMs = Date.now();
  await createMadeCards(directory, () => madeAtMs).note("key1", { cardId: "7", madeAtMs });
  const at = (nowMs: number) => createMadeCards(directory, () => nowMs).find("key1");
  expect(await at(madeAtMs + HOUR_MS - 1)).toEqual({ cardId: "7", madeAtMs });
  expect(await at(madeAtMs + HOUR_MS)).toBeUndefined();
});

test("notes older than an hour are dropped with the next one", async () => {
  const madeAtMs = Date.now();
  const made = createMadeCards(directory, () => madeAtMs);
  await made.note("old", { cardId: "7", madeAtMs });
  utimesSync(join(directory, "old.json"), new Date(madeAtMs - HOUR_MS - 1), new Date(madeAtMs - HOUR_MS - 1));
  await made.note("new", { cardId: "8", madeAtMs });
  expect(readdirSync(directory)).toEqual(["new.json"]);
});

test("half a note is none", async () => {
  writeFileSync(join(directory, "key1.json"), '{"cardId":"7","ma');
  writeFileSync(join(directory, "key2.json"), '{"cardId":7}');
  const made = createMadeCards(directory, Date.now);
  expect([await made.find("key1"), await made.find("key2"), await made.find("key3")]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});
