import type { AccountReport, GatewayStatus, WorkUnits } from "@loong/api";
import { expect, test } from "vitest";
import { nextActions } from "./overview.ts";

const stopped = { running: false, ready: false, queues: null } as GatewayStatus;
const running = { ...stopped, running: true, ready: true };
const account = { enabled: true, problems: [] as AccountReport["problems"] } as AccountReport;
const wrong = { ...account, problems: [{ code: "X", message: "x" }] };

const calm = {
  config: { path: "c", exists: true, errors: 0, warnings: 0 },
  gateway: running,
  channels: [account],
  agent: { use: "echo", installed: true },
  explicitConfigFile: undefined as string | undefined,
  workUnits: { source: "gateway", open: 0, failed: 0, turns: {}, deliveries: {} } as WorkUnits,
};

const first = (situation: Partial<typeof calm>) => nextActions({ ...calm, ...situation })[0]?.command;

test.each<[string, Partial<typeof calm>, string]>([
  ["the configuration is wrong", { config: { ...calm.config, errors: 1 }, channels: [] }, "loong config validate"],
  [
    "a config file of one's own is wrong",
    { config: { ...calm.config, errors: 1 }, explicitConfigFile: "/my own.yaml" },
    "loong config validate --config '/my own.yaml'",
  ],
  ["the agent is missing", { agent: { use: "llm", installed: false } }, "loong plugins list"],
  [
    "nothing is switched on",
    { channels: [{ ...account, channel: "fake", enabled: false }] },
    "loong config set channels.fake.enabled true",
  ],
  ["nothing is configured", { channels: [] }, "loong setup"],
  ["an account cannot run", { channels: [wrong] }, "loong doctor"],
  ["the gateway is down", { gateway: stopped }, "loong gateway run"],
  ["an account is not connected", { gateway: { ...running, ready: false } }, "loong channels status --probe"],
  ["a message was given up", { workUnits: { ...calm.workUnits, failed: 1 } }, "loong messages"],
  ["all is well", {}, 'loong ask --message "Are you there?"'],
])("when %s, the next step is clear", (_, situation, command) => {
  expect(first(situation)).toBe(command);
});
