import { EventEmitter } from "node:events";
import { expect, test } from "vitest";
import { onInterrupt } from "./interrupt.ts";

test.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
] as const)("the first %s asks, the second ends with %d", (signal, code) => {
  const source = new EventEmitter();
  const ended: number[] = [];
  const interrupted = onInterrupt(source, (exitCode) => ended.push(exitCode));
  source.emit(signal);
  expect({ aborted: interrupted.aborted, reason: interrupted.reason as unknown, ended }).toEqual({
    aborted: true,
    reason: signal,
    ended: [],
  });
  source.emit(signal);
  expect(ended).toEqual([code]);
});
