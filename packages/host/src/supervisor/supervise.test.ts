import type { Clock } from "@loong/gateway";
import { LoongError, type Logger } from "@loong/sdk";
import { expect, test } from "vitest";
import type { Link } from "./machine.ts";
import { type Service, type ServiceState, supervise } from "./supervise.ts";

/** Time that passes when the test says so. */
function virtualClock() {
  let nowMs = 0;
  const timers = new Set<{ atMs: number; run: () => void }>();
  const clock: Clock = {
    now: () => nowMs,
    setTimer(delayMs, run) {
      const timer = { atMs: nowMs + delayMs, run };
      timers.add(timer);
      return { cancel: () => void timers.delete(timer) };
    },
  };
  async function pass(ms: number): Promise<void> {
    const untilMs = nowMs + ms;
    for (;;) {
      await settled();
      const [next] = [...timers].filter(({ atMs }) => atMs <= untilMs).sort((left, right) => left.atMs - right.atMs);
      if (next === undefined) break;
      timers.delete(next);
      nowMs = next.atMs;
      next.run();
    }
    nowMs = untilMs;
    await settled();
  }
  return { clock, pass };
}

async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

/** A service that the test plays. */
function playedService() {
  const runs: {
    report: (state: ServiceState) => void;
    signal: AbortSignal;
    link: Link;
    end: (error?: unknown) => void;
  }[] = [];
  const service: Service = {
    run: (report, signal, link) =>
      new Promise((resolve, reject) => {
        runs.push({ report, signal, link, end: (error) => (error === undefined ? resolve() : reject(error)) });
      }),
  };
  return { service, runs };
}

function setUp() {
  const lines: string[] = [];
  const line = (level: string) => (message: string) => void (level === "debug" || lines.push(`${level} ${message}`));
  const log: Logger = { debug: line("debug"), info: line("info"), warn: line("warn"), error: line("error") };
  const { clock, pass } = virtualClock();
  const { service, runs } = playedService();
  const states: string[] = [];
  const changed = ({ state }: Link, before: Link) => void (state === before.state || states.push(state));
  const supervisor = supervise(service, { clock, random: () => 0.5, log, changed });
  return { supervisor, runs, pass, lines, states };
}

const lost = new LoongError("X_LOST", "Lost.", { outcome: "not-sent" });

test("a lost connection comes back, and both are told once", async () => {
  const { supervisor, runs, pass, lines, states } = setUp();
  supervisor.start();
  runs[0]?.report({ state: "connected" });
  for (let attempt = 0; attempt < 5; attempt++) {
    runs[attempt]?.end(lost);
    await pass(30_000);
  }
  expect(runs).toHaveLength(6);
  runs[5]?.report({ state: "connected" });
  expect(lines).toEqual(["info connected", "warn connection lost: X_LOST: Lost.", "info connected again"]);
  expect(states).toEqual(["CONNECTING", "CONNECTED", "TRANSIENT_DISCONNECT", "CONNECTED"]);
});

test("a service that fails at once is tried for ever, less than three times a minute in the end", async () => {
  const { supervisor, runs, pass } = setUp();
  supervisor.start();
  const hour = 3_600_000;
  for (let passed = 0; passed < hour; passed += 1_000) {
    runs.at(-1)?.end(lost);
    await pass(1_000);
  }
  expect(runs.length).toBeGreaterThan(150);
  expect(runs.length).toBeLessThan(280);
});

test("the next attempt learns how the last one ended", async () => {
  const { supervisor, runs, pass } = setUp();
  supervisor.start();
  runs[0]?.end(new LoongError("X_AUTH", "No.", { outcome: "bad-credentials" }));
  await pass(59_000);
  expect(runs).toHaveLength(1);
  await pass(2_000);
  expect(runs[1]?.link.state).toBe("BAD_CREDENTIALS");
});

test("a call that the platform refused ends the connection that has the same credentials", async () => {
  const { supervisor, runs, pass } = setUp();
  supervisor.start();
  runs[0]?.report({ state: "connected" });
  supervisor.fail(new LoongError("X_AUTH", "Revoked.", { outcome: "bad-credentials", hint: "Renew it." }));
  expect(runs[0]?.signal.aborted).toBe(true);
  runs[0]?.report({ state: "connected" });
  runs[0]?.end();
  await pass(0);
  expect(supervisor.link).toMatchObject({ state: "BAD_CREDENTIALS", hint: "Renew it.", nextAttemptAtMs: 60_000 });
});

test("a plugin that throws before it gives a promise is a failure like any other", async () => {
  const { clock, pass } = virtualClock();
  const ignore = () => undefined;
  const log: Logger = { debug: ignore, info: ignore, warn: ignore, error: ignore };
  const throwing = (): never => {
    throw new RangeError("at once");
  };
  const supervisor = supervise({ run: throwing }, { clock, random: () => 0, log });
  supervisor.start();
  await pass(0);
  expect(supervisor.link).toMatchObject({ state: "UNKNOWN_ERROR", nextAttemptAtMs: 250 });
});

test("a stop aborts, waits for the service and tries nothing more", async () => {
  const { supervisor, runs, pass } = setUp();
  supervisor.start();
  runs[0]?.report({ state: "connected" });
  let over = false;
  const stopped = supervisor.stop(5_000).then(() => {
    over = true;
  });
  await settled();
  expect([runs[0]?.signal.aborted, over]).toEqual([true, false]);
  runs[0]?.end();
  await stopped;
  await pass(120_000);
  expect([runs.length, supervisor.link.state]).toEqual([1, "STOPPED"]);
});

test("a service that ignores its signal holds a stop up for the grace and no longer", async () => {
  const { supervisor, runs, pass } = setUp();
  supervisor.start();
  let over = false;
  void supervisor.stop(5_000).then(() => {
    over = true;
  });
  await pass(4_999);
  expect(over).toBe(false);
  await pass(1);
  expect([over, runs.length]).toEqual([true, 1]);
});

test("a connection that may be dead is made anew at once, after the old one has let go", async () => {
  const { supervisor, runs, pass, lines } = setUp();
  supervisor.start();
  runs[0]?.report({ state: "connected" });
  await pass(60_000);
  supervisor.renew(lost);
  expect(runs[0]?.signal.aborted).toBe(true);
  await pass(2_000);
  expect(runs).toHaveLength(1);
  runs[0]?.end();
  await pass(0);
  expect(runs).toHaveLength(2);
  runs[1]?.report({ state: "connected" });
  expect(lines).toEqual(["info connected", "warn connection lost: X_LOST: Lost.", "info connected again"]);
});

test("a service that does not let go is waited for five seconds", async () => {
  const { supervisor, runs, pass } = setUp();
  supervisor.start();
  runs[0]?.report({ state: "connected" });
  supervisor.renew(lost);
  await pass(4_900);
  expect(runs).toHaveLength(1);
  await pass(1_500);
  expect(runs).toHaveLength(2);
});

test("what waits to be tried again is tried at once, and what is refused is left alone", async () => {
  const { supervisor, runs, pass } = setUp();
  supervisor.start();
  for (let attempt = 0; attempt < 6; attempt++) {
    runs[attempt]?.end(lost);
    if (attempt < 5) await pass(30_000);
  }
  await pass(0);
  supervisor.renew(lost);
  await pass(0);
  expect(runs).toHaveLength(7);
  runs[6]?.end(new LoongError("X_AUTH", "No.", { outcome: "bad-credentials" }));
  await pass(0);
  supervisor.renew(lost);
  await pass(0);
  expect(runs).toHaveLength(7);
});
