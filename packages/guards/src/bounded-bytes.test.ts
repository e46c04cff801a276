import { expect, test } from "vitest";
import { boundedBytes } from "./bounded-bytes.ts";

/** So many bytes at a time, with so many milliseconds between. */
async function download(sizes: readonly number[], everyMs: number, maxBytes = 1_000_000): Promise<number> {
  let nowMs = 0;
  async function* chunks() {
    for (const size of sizes) {
      nowMs += everyMs;
      yield new Uint8Array(size);
    }
  }
  let taken = 0;
  for await (const chunk of boundedBytes(
    chunks(),
    maxBytes,
    (why) => new Error(why),
    () => nowMs,
  ))
    taken += chunk.length;
  return taken;
}

const times = (count: number, size: number) => Array.from({ length: count }, () => size);

test("passes on what comes, up to the limit", async () => {
  expect(await download([10, 20, 30], 1, 60)).toBe(60);
  expect(await download([], 1)).toBe(0);
});

test("files & media: one byte more is too large", async () => {
  await expect(download([10, 20, 31], 1, 60)).rejects.toThrow("too large");
  await expect(download([61], 1, 60)).rejects.toThrow("too large");
});

test("files & media: a byte a second is too slow", async () => {
  await expect(download(times(100, 1), 1_000)).rejects.toThrow("too slow");
});

test("a slow line is not: 1 KB a second, after five that may pass in silence", async () => {
  expect(await download([...times(100, 1_024)], 1_000)).toBe(102_400);
  expect(await download([1, 1, 1, 1, 1], 1_000)).toBe(5);
  expect(await download([50_000, ...times(40, 1)], 1_000)).toBe(50_040);
});
