import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { TelegramApi } from "./api/client.ts";
import { createTyping } from "./typing.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const at = { conversationId: "1", messageId: "1:1" };
const never = new AbortController().signal;

/** A platform that counts how often it was told, and refuses while `refuses`. */
function stage() {
  const platform = { told: 0, refuses: false };
  const api: Pick<TelegramApi, "call"> = {
    async call() {
      platform.told += 1;
      if (platform.refuses) throw new Error("not now");
      return undefined as never;
    },
  };
  return { platform, typing: createTyping(api as TelegramApi, never) };
}

test("is said again, before the platform takes it away, until it is stopped", async () => {
  const { platform, typing } = stage();
  const handle = await typing.start(at, never);
  await vi.advanceTimersByTimeAsync(14_000);
  expect(platform.told).toBe(4);
  await typing.stop(handle, never);
  await vi.advanceTimersByTimeAsync(60_000);
  expect([platform.told, vi.getTimerCount()]).toEqual([4, 0]);
});

test("ends with the first refusal", async () => {
  const { platform, typing } = stage();
  await typing.start(at, never);
  platform.refuses = true;
  await vi.advanceTimersByTimeAsync(60_000);
  expect([platform.told, vi.getTimerCount()]).toEqual([2, 0]);
});

test("ends with the account, and by itself when nobody stops it", async () => {
  const { platform, typing } = stage();
  await typing.start(at, never);
  await typing.start(at, never);
  typing.close();
  expect(vi.getTimerCount()).toBe(0);
  await typing.start(at, never);
  await vi.advanceTimersByTimeAsync(60 * 60_000);
  expect([platform.told, vi.getTimerCount()]).toEqual([203, 0]);
});
