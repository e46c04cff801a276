import { expect, onTestFinished, test } from "vitest";
import { emulator } from "../src/emulator/index.ts";

test("`loong dev emulate` can start it, and is told how to use it", async () => {
  const running = await emulator.start({ port: 0, host: "127.0.0.1", args: [] });
  onTestFinished(() => running.close());
  expect(running.notes.join("\n")).toContain(running.url);
  const response = await fetch(`${running.url}/_emulator/messages`);
  expect(await response.json()).toEqual([]);
});
