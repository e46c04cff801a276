import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createHeartbeat } from "./heartbeat.ts";

beforeEach(() => vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] }));
afterEach(() => vi.useRealTimers());

function beating(intervalMs: number, pongMs: number) {
  const heartbeat = createHeartbeat(intervalMs, pongMs);
  const actions = { ping: vi.fn<() => void>(), dead: vi.fn<(afterMs: number) => void>() };
  heartbeat.start(actions);
  return { heartbeat, ...actions };
}

/** What came in before is read. */
const read = () => new Promise((resolve) => setImmediate(resolve));

test("nothing after a ping is the end", async () => {
  const { ping, dead } = beating(30_000, 15_000);
  vi.advanceTimersByTime(44_999);
  expect([ping.mock.calls.length, dead.mock.calls.length]).toEqual([1, 0]);
  vi.advanceTimersByTime(1);
  await read();
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

test("pings that are close together do not put the end off", async () => {
  const { dead } = beating(1_000, 15_000);
  vi.advanceTimersByTime(2_000);
  await read();
  expect(dead).toHaveBeenCalledWith(1_000);
});

test("leaves no timer", () => {
  const { heartbeat } = beating(1_000, 15_000);
  vi.advanceTimersByTime(1_500);
  heartbeat.stop();
  expect(vi.getTimerCount()).toBe(0);
});

test("a process that was held up past the deadline reads first what came meanwhile", async () => {
  vi.useRealTimers();
  const heartbeat = createHeartbeat(50, 50);
  const dead = vi.fn<(afterMs: number) => void>();
  const wire = new MessageChannel();
  wire.port2.on("message", () => heartbeat.heard());
  const { promise: pinged, resolve } = Promise.withResolvers<void>();
  heartbeat.start({
    ping() {
      setImmediate(() => {
        wire.port1.postMessage("pong");
        const heldUpUntilMs = performance.now() + 120;
        while (performance.now() < heldUpUntilMs);
        resolve();
      });
    },
    dead,
  });
  await pinged;
  await new Promise((done) => setTimeout(done, 20));
  heartbeat.stop();
  wire.port1.close();
  expect(dead).not.toHaveBeenCalled();
});
