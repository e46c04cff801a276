import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { memoryStream } from "../../test/memory-stream.ts";
import { withProgress } from "./progress.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function recorder(isTTY: boolean) {
  const stderr = memoryStream(isTTY);
  return { written: stderr.writes, output: { stdout: memoryStream(), stderr } };
}

async function waitTwoSeconds(isTTY: boolean): Promise<readonly string[]> {
  const { written, output } = recorder(isTTY);
  const done = withProgress(output, "Asking…", new Promise((resolve) => setTimeout(resolve, 2500)));
  await vi.advanceTimersByTimeAsync(2500);
  await done;
  return written;
}

test("on a terminal, counts the seconds and cleans up", async () => {
  const clear = "\r\u001B[2K";
  expect(await waitTwoSeconds(true)).toEqual([`${clear}Asking… 1 s`, `${clear}Asking… 2 s`, clear]);
});

test("into a file, says nothing", async () => {
  expect(await waitTwoSeconds(false)).toEqual([]);
});

test("says nothing about what is quick, and hands errors on", async () => {
  const { written, output } = recorder(true);
  await expect(withProgress(output, "Asking…", Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(written).toEqual([]);
});
