import { expect, test } from "vitest";
import { inTime } from "./in-time.ts";

const late = () => new Error("late");
const never = new Promise<string>(() => {});

test("gives what comes, and what is thrown", async () => {
  const { signal } = new AbortController();
  expect(await inTime(Promise.resolve("done"), signal, 0, late)).toBe("done");
  await expect(inTime(Promise.reject(new Error("broken")), signal, 0, late)).rejects.toThrow("broken");
});

test("gives up who goes on after the end, and not who ends in the time that is left", async () => {
  const controller = new AbortController();
  const silent = inTime(never, controller.signal, 1, late);
  const polite = Promise.withResolvers<string>();
  controller.signal.addEventListener("abort", () => polite.resolve("stopped"));
  const ended = inTime(polite.promise, controller.signal, 60_000, late);
  controller.abort();
  await expect(silent).rejects.toThrow("late");
  expect(await ended).toBe("stopped");
});

test("an end that was there before counts too", async () => {
  await expect(inTime(never, AbortSignal.abort(), 1, late)).rejects.toThrow("late");
});
