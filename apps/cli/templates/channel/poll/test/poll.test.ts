import { startChannel } from "@loong/testkit";
import { expect, onTestFinished, test } from "vitest";
import plugin from "../src/index.ts";
import { startHarness } from "./harness.ts";

test("after a restart, polling goes on behind what was stored", async () => {
  const { emulator, account } = await startHarness();
  onTestFinished(() => emulator.close());
  const before = await startChannel(plugin, account);
  emulator.say("before");
  await before.event("before");
  await before.close();

  emulator.say("while nobody listened");
  const after = await startChannel(plugin, account, { cursor: before.cursor() });
  onTestFinished(() => after.close());
  await after.event("while nobody listened");
  expect(after.events).toHaveLength(1);
});
