import { isLoongError } from "@loong/sdk";
import { expect, test } from "vitest";
import { feishuErrors } from "../errors.ts";
import { createTokenSource } from "./token.ts";

const { signal } = new AbortController();

function source(lifetimeMs = 7_200_000) {
  const state = { now: 0, issued: 0, failure: undefined as Error | undefined };
  const tokens = createTokenSource(
    async () => {
      await Promise.resolve();
      if (state.failure !== undefined) throw state.failure;
      return { token: `t-${++state.issued}`, lifetimeMs };
    },
    () => state.now,
  );
  return { state, tokens };
}

test("asks once for all who want it at the same time", async () => {
  const { state, tokens } = source();
  const got = await Promise.all([tokens.get(signal), tokens.get(signal), tokens.get(signal)]);
  expect(got).toEqual(["t-1", "t-1", "t-1"]);
  expect(state.issued).toBe(1);
});

test("keeps it until three minutes before its end", async () => {
  const { state, tokens } = source();
  await tokens.get(signal);
  state.now = 7_200_000 - 180_001;
  expect(await tokens.get(signal)).toBe("t-1");
  state.now = 7_200_000 - 180_000;
  expect(await tokens.get(signal)).toBe("t-2");
});

test("does not fetch a short-lived one for every call", async () => {
  const { state, tokens } = source(60_000);
  await tokens.get(signal);
  state.now = 29_999;
  expect(await tokens.get(signal)).toBe("t-1");
  state.now = 30_000;
  expect(await tokens.get(signal)).toBe("t-2");
});

test("forgets the one that was refused, but not a newer one", async () => {
  const { tokens } = source();
  const first = await tokens.get(signal);
  tokens.evict(first);
  const second = await tokens.get(signal);
  tokens.evict(first);
  expect([second, await tokens.get(signal)]).toEqual(["t-2", "t-2"]);
});

test("asks again after a failure", async () => {
  const { state, tokens } = source();
  state.failure = feishuErrors.FEISHU_NO_ANSWER(["host", "timeout"]);
  const failure: unknown = await tokens.get(signal).catch((error: unknown) => error);
  expect(isLoongError(failure) && failure.outcome).toBe("not-sent");
  state.failure = undefined;
  expect(await tokens.get(signal)).toBe("t-1");
});

test("one caller that gives up does not spoil it for the others", async () => {
  const { tokens } = source();
  const gone = new AbortController();
  const [first, second] = [tokens.get(gone.signal), tokens.get(signal)];
  gone.abort();
  await expect(first).rejects.toMatchObject({ outcome: "not-sent" });
  expect(await second).toBe("t-1");
});
