import { pathToFileURL } from "node:url";
import { DEFAULT_APP, type FeishuEmulator, startFeishuEmulator } from "@loong/feishu/emulator";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createOperator, type Operator } from "../apps/cli/test/operator.ts";

/** It is the answer of a gateway that is only starting, on a machine that may have other things to do. */
const PATIENCE = { timeoutMs: 30_000 };
const PLANT = pathToFileURL(`${import.meta.dirname}/plant.ts`).href;

let platform: FeishuEmulator;
let operator: Operator;
beforeEach(async () => {
  platform = await startFeishuEmulator({
    redeliveryDelaysMs: Array.from({ length: 100 }, () => 500),
    ackTimeoutMs: 1_000,
  });
  operator = createOperator({ LARK_BASE_URL: platform.url });
  operator.write(
    "config.json",
    JSON.stringify({
      agent: { use: "echo" },
      channels: {
        feishu: { appId: DEFAULT_APP.appId, appSecret: DEFAULT_APP.appSecret, dmPolicy: "open", allowFrom: ["*"] },
      },
    }),
  );
});
afterEach(async () => {
  await operator.leaves();
  await platform.close();
});

test("a message that kills whoever answers it is given up after three deaths, its sender told, and life goes on", async () => {
  const chat = platform.directChat(platform.user("Ada"), DEFAULT_APP.appId);
  platform.say(chat, "Ada", "poison");
  const start = (point: string) =>
    operator.starts(`env NODE_OPTIONS=--import=${PLANT} LOONG_CRASH_POINT="${point}" loong gateway run --port 0`);
  for (let death = 0; death < 3; death++) {
    const gateway = start("1:agent at work");
    expect((await gateway.ended).code).toBeNull();
    expect(gateway.output()).toContain("killed at: agent at work");
  }

  const last = start("");
  const notice = await platform.waitFor(chat, ({ from }) => from.kind === "app", PATIENCE);
  expect(notice.text).toContain("GATEWAY_POISON");
  platform.say(chat, "Ada", "and this?");
  await platform.waitFor(chat, ({ from, text }) => from.kind === "app" && text.includes("and this?"));
  expect((await operator.types("loong messages list")).stdout).toMatch(/\bdead\b/);
  last.signal("SIGTERM");
  expect((await last.ended).code).toBe(0);
});
