import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createHeartbeat } from "./heartbeat.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function beating(intervalMs: number, pongMs: number) {
  const heartbeat = createHeartbeat(intervalMs, pongMs);
  const actions = { ping: vi.fn<() => void>(), dead: vi.fn<(afterMs: number) => void>() };
  heartbeat.start(actions);
  return { heartbeat, ...actions };
}

test("nothing after a ping is the end", () => {
  const { ping, dead } = beating(30_000, 15_000);
  vi.advanceTimersByTime(44_999);
  expect([ping.mock.calls.length, dead.mock.calls.length]).toEqual([1, 0]);
  vi.advanceTimersByTime(1);
  expect(dead).toHaveBeenCalledWith(15_000);
});

test("anything that comes in is a sign of life", () => {
  const { heartbeat, ping, dead } = beating(30_000, 15_000);
  for (let n = 0; n < 10; n += 1) {
    vi.advanceTimersByTime(30_000);
    heartbeat.heard();
  }
  expect([ping.mock.calls.length, dead.mock.calls.length]).toEqual([10, 0]);
});

test("pings that are close together do not put the end off", () => {
  const { dead } = beating(1_000, 15_000);
  vi.advanceTimersByTime(2_000);
  expect(dead).toHaveBeenCalledWith(1_000);
});

test("leaves no timer", () => {
  const { heartbeat } = beating(1_000, 15_000);
  vi.advanceTimersByTime(1_500);
  heartbeat.stop();
  expect(vi.getTimerCount()).toBe(0);
});
