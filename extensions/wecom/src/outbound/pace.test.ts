import { expect, test } from "vitest";
import { classify } from "../link/classify.ts";
import { createPace, isRateLimit } from "./pace.ts";

const limit = classify({ kind: "answer", reqId: "r", code: 846607, detail: "", body: {} });

function paced(startMs = 0) {
  const clock = { nowMs: startMs };
  return { clock, pace: createPace(() => clock.nowMs) };
}

test("previews leave the rest of a minute and of an hour to answers", () => {
  const { clock, pace } = paced();
  const spent = () => {
    let count = 0;
    for (; pace.allowsPreview("c"); count += 1) pace.count("c");
    return count;
  };
  expect(spent()).toBeLessThan(30);
  let inHour = 25;
  for (let minute = 1; minute < 60; minute += 1) {
    clock.nowMs += 60_000;
    inHour += spent();
  }
  expect(inHour).toBeLessThan(1_000);
  clock.nowMs += 60_000;
  expect(pace.allowsPreview("c")).toBe(true);
});

test("each chat has a limit of its own", () => {
  const { pace } = paced();
  while (pace.allowsPreview("a")) pace.count("a");
  expect(pace.allowsPreview("b")).toBe(true);
});

test("a refusal waits for the next minute, and so do previews", () => {
  const { clock, pace } = paced(50_000);
  const error = pace.refused("c", true, limit);
  expect(error).toMatchObject({ outcome: "not-sent", retryAfterMs: 11_000 });
  expect(pace.allowsPreview("c")).toBe(false);
  clock.nowMs += 11_000;
  expect(pace.allowsPreview("c")).toBe(true);
});

test("only where nobody is known to have spoken does a second refusal say so", () => {
  const { clock, pace } = paced();
  expect(isRateLimit(pace.refused("stranger", false, limit))).toBe(true);
  expect(isRateLimit(pace.refused("friend", true, limit))).toBe(true);
  clock.nowMs += 61_000;
  expect(pace.refused("stranger", false, limit)).toMatchObject({ code: "WECOM_NEVER_SPOKEN", outcome: "rejected" });
  expect(isRateLimit(pace.refused("friend", true, limit))).toBe(true);
});

test("a message that was taken is known to have had somebody to read it", () => {
  const { clock, pace } = paced();
  pace.refused("c", false, limit);
  pace.count("c");
  clock.nowMs += 61_000;
  expect(isRateLimit(pace.refused("c", false, limit))).toBe(true);
});
