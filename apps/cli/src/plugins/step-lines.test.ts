import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { memoryStream } from "../../test/memory-stream.ts";
import { withStepLines } from "./step-lines.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

async function linesDuring(seconds: number, step: (second: number) => string): Promise<readonly string[]> {
  const stderr = memoryStream(false);
  const startedMs = Date.now();
  const work = new Promise((resolve) => setTimeout(resolve, seconds * 1000 + 500));
  const label = () => step((Date.now() - startedMs) / 1000);
  const done = withStepLines({ stdout: memoryStream(), stderr }, label, work);
  await vi.advanceTimersByTimeAsync(seconds * 1000 + 500);
  await done;
  return stderr.writes;
}

test("each step is named once, and again when it goes on", async () => {
  const lines = await linesDuring(40, (second) => (second < 5 ? "Fetching…" : "Installing…"));
  expect(lines).toEqual(["Fetching… 1 s\n", "Installing… 5 s\n", "Installing… 35 s\n"]);
});

test("what is quick goes without a word", async () => {
  expect(await linesDuring(0, () => "Fetching…")).toEqual([]);
});
