import type { LinkState, LoongError } from "@loong/sdk";
import type { Update } from "grammy/types";
import { describe, expect, test } from "vitest";
import type { Call, TelegramApi } from "../api/client.ts";
import { classify } from "../api/classify.ts";
import { createPoller } from "./poll.ts";

const conflict = classify({ code: 409, description: "Conflict: terminated by other getUpdates request" });
const webhook = classify({ code: 409, description: "Conflict: can't use getUpdates method while webhook is active" });
const broken = classify({ code: 500, description: "Internal Server Error" });

type Answer = LoongError | readonly number[];

/** Polls that are answered from a list, ids of updates or errors; after the last one the account is stopped. */
function scene(...answers: Answer[]) {
  const controller = new AbortController();
  const asked: { timeout?: number; offset?: number }[] = [];
  const calls: string[] = [];
  const waits: number[] = [];
  const states: LinkState[] = [];
  const batches: number[][] = [];
  const raw = {
    async getUpdates(payload: { timeout?: number; offset?: number }): Promise<Update[]> {
      asked.push(payload);
      const answer = answers.shift();
      if (answer === undefined) controller.abort();
      if (answer instanceof Error) throw answer;
      return (answer ?? []).map((id) => ({ update_id: id }));
    },
    async deleteWebhook(payload: object) {
      calls.push(`deleteWebhook ${JSON.stringify(payload)}`);
      return true;
    },
  } as unknown as Call["raw"];
  const api: TelegramApi = {
    call: (run) => run({ raw, signal: controller.signal as unknown as Call["signal"], upload: () => expect.fail() }),
    file: () => expect.fail(),
  };
  const poller = createPoller({
    api,
    botId: "42",
    timeoutS: 30,
    log: { debug() {}, info() {}, warn() {}, error() {} },
    receiver: { receive: async (updates) => void batches.push(updates.map(({ update_id: id }) => id)) },
    pause: async (ms) => void (ms > 1_000 && waits.push(ms)),
    now: () => 1_000,
  });
  const inbound = {
    accept: async () => [],
    cursor: async () => undefined,
    report: (state: LinkState) => void states.push(state),
  };
  return {
    asked,
    calls,
    waits,
    states,
    batches,
    more: (...next: Answer[]) => void answers.push(...next),
    poll: () => poller.poll(inbound, controller.signal),
  };
}

test("the first poll is not held, the next ones confirm what was stored", async () => {
  const { asked, batches, poll } = scene([7, 8], []);
  await poll();
  expect(asked.map(({ timeout, offset }) => [timeout, offset])).toEqual([
    [0, undefined],
    [30, 9],
    [30, 9],
  ]);
  expect(batches).toEqual([[7, 8]]);
});

describe("a conflict", () => {
  test("is waited out, longer each time, then left to the supervisor", async () => {
    const { waits, states, poll } = scene(conflict, conflict, conflict, conflict, conflict);
    await expect(poll()).rejects.toMatchObject({ code: "TELEGRAM_CONFLICT", outcome: "conflict" });
    expect(waits).toEqual([5_000, 10_000, 20_000, 40_000]);
    expect(states).toHaveLength(4);
    for (const state of states)
      expect(state).toMatchObject({ state: "disconnected", conflict: true, hint: expect.any(String) });
  });

  test("that stays is not fought over: one try each time the supervisor comes", async () => {
    const { asked, waits, more, poll } = scene(conflict, conflict, conflict, conflict, conflict);
    await expect(poll()).rejects.toThrow(/409/);
    more(conflict);
    await expect(poll()).rejects.toThrow(/409/);
    expect(asked).toHaveLength(6);
    expect(waits).toHaveLength(4);
  });

  test("is over when a poll was held to its end", async () => {
    const { asked, waits, poll } = scene(conflict, conflict, [], conflict, []);
    await poll();
    expect(waits).toEqual([5_000, 10_000, 5_000]);
    expect(asked[1]?.timeout).toBe(30);
  });
});

describe("a webhook", () => {
  test("that is in the way is removed, with nothing dropped", async () => {
    const { calls, batches, poll } = scene(webhook, [7]);
    await poll();
    expect(calls).toEqual(['deleteWebhook {"drop_pending_updates":false}']);
    expect(batches).toEqual([[7]]);
  });

  test("that somebody sets again is a conflict", async () => {
    const { calls, poll } = scene(webhook, [], webhook);
    await expect(poll()).rejects.toMatchObject({ code: "TELEGRAM_WEBHOOK_ACTIVE", outcome: "conflict" });
    expect(calls).toHaveLength(1);
  });
});

test("everything else is for the supervisor", async () => {
  const { poll, waits } = scene(broken);
  await expect(poll()).rejects.toBe(broken);
  expect(waits).toEqual([]);
});
