import { type FailureOutcome, LoongError } from "@loong/sdk";
import { describe, expect, test } from "vitest";
import type { AccountFacts, OutboxPart } from "../ports.ts";
import { afterAmbiguity, afterFailure, beginSend } from "./outcome.ts";

const HOUR_MS = 3_600_000;
const access = { configPath: "channels.chat" } as AccountFacts["access"];
const text = { maxLength: 1_000, unit: "utf8-bytes" } as const;
const unkeyed: AccountFacts = { access, text, streaming: "auto" };
const keyed: AccountFacts = { access, text, streaming: "auto", idempotencyWindowMs: HOUR_MS };

const part: OutboxPart = {
  id: "1:0",
  lane: "chat/main/room",
  channel: "chat",
  account: "main",
  kind: "reply",
  to: "room",
  content: { type: "text", text: "hi" },
  idempotencyKey: "k",
  createdAtMs: 0,
  state: "pending",
  attempts: 0,
  ambiguous: 0,
  nextAtMs: 0,
};
const failure = (outcome: FailureOutcome, retryAfterMs?: number) =>
  new LoongError("X", "failed", { outcome, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });
const after = (from: OutboxPart, outcome: FailureOutcome, facts: AccountFacts, nowMs = 10, retryAfterMs?: number) =>
  afterFailure(from, failure(outcome, retryAfterMs), facts, nowMs, () => 0.5);

describe("a send that failed for sure", () => {
  test("is tried again, later each time, and not before the platform says", () => {
    const sending = beginSend(part, 5);
    expect(after(sending, "not-sent", unkeyed)).toMatchObject({ state: "pending", attempts: 1, ambiguous: 0 });
    expect(after(sending, "not-sent", unkeyed, 10, 90_000).nextAtMs).toBe(90_010);
    const late = after({ ...sending, attempts: 10 }, "not-sent", unkeyed);
    expect(late.nextAtMs).toBeGreaterThan(after(sending, "not-sent", unkeyed).nextAtMs);
    expect(late.nextAtMs).toBeLessThanOrEqual(60_010);
  });
  test("starts the window of its key anew", () => {
    expect(after(beginSend(part, 5), "not-sent", keyed).firstSentAtMs).toBeUndefined();
  });
  test("is given up after hours", () => {
    expect(after(beginSend(part, 5), "not-sent", unkeyed, 7 * HOUR_MS).state).toBe("dead");
  });
});

test("a refusal is final", () => {
  expect(after(beginSend(part, 5), "rejected", keyed)).toMatchObject({ state: "rejected", error: "X: failed" });
});

test("bad credentials wait for new ones", () => {
  expect(after(beginSend(part, 5), "bad-credentials", keyed)).toMatchObject({ state: "pending", nextAtMs: 60_010 });
});

test("an operator's message does not wait for new credentials", () => {
  expect(after(beginSend({ ...part, kind: "proactive" }, 5), "bad-credentials", keyed).state).toBe("dead");
});

describe("a send nobody knows the outcome of", () => {
  test("is sent again with its key while the platform remembers it", () => {
    const once = after(beginSend(part, 5), "unknown", keyed);
    expect(once).toMatchObject({ state: "pending", ambiguous: 1, firstSentAtMs: 5 });
    expect(after(beginSend(once, 20), "unknown", keyed, HOUR_MS / 2).state).toBe("pending");
    expect(after(beginSend(once, 20), "unknown", keyed, HOUR_MS).state).toBe("unknown");
  });
  test("without a key a reply is sent once more, then held", () => {
    const once = after(beginSend(part, 5), "unknown", unkeyed);
    expect(once).toMatchObject({ state: "pending", ambiguous: 1 });
    const between = after(beginSend(once, 20), "not-sent", unkeyed);
    expect(between).toMatchObject({ state: "pending", ambiguous: 1 });
    expect(after(beginSend(between, 30), "unknown", unkeyed).state).toBe("unknown");
  });
  test("without a key, words nobody asked for are held at once", () => {
    expect(after(beginSend({ ...part, kind: "proactive" }, 5), "unknown", unkeyed).state).toBe("unknown");
  });
  test("is what an unclassified error counts as", () => {
    expect(afterFailure(beginSend(part, 5), new TypeError("secret inside"), unkeyed, 10, () => 0)).toMatchObject({
      ambiguous: 1,
      error: "unexpected TypeError",
    });
  });
  test("a crash during the send counts like any other ambiguity", () => {
    const recovered = { ...part, attempts: 2, ambiguous: 2, firstSentAtMs: 5 };
    expect(afterAmbiguity(recovered, unkeyed, 10, () => 0).state).toBe("unknown");
    expect(afterAmbiguity(recovered, keyed, 10, () => 0).state).toBe("pending");
  });
});
