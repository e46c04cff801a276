import { eventually, serveForTest, startChannel } from "@loong/testkit";
import { expect, onTestFinished, test } from "vitest";
import plugin from "../src/index.ts";
import { startHarness } from "./harness.ts";

test("a lost connection ends `serve`, and what was not acknowledged comes on the next one", async () => {
  const { emulator, account } = await startHarness();
  const first = await startChannel(plugin, account);
  onTestFinished(async () => {
    await first.close();
    await emulator.close();
  });
  first.setGate("refuse");
  const said = emulator.say("is anybody there?");
  await eventually("it is handed over", () => first.offered() > 0);
  expect(emulator.delivery.dropConnections()).toBe(1);
  await expect(first.ended).rejects.toMatchObject({ code: "ACME_CONNECTION_LOST" });

  const second = await serveForTest(first.channel);
  await second.event("is anybody there?");
  await eventually("it is acknowledged", () => emulator.delivery.isAcknowledged(said.id));
  await second.stop();
});
