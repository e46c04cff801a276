import {
  type AgentPlugin,
  type ChannelPlugin,
  defineAgent,
  defineChannel,
  type Manifest,
  manifestOf,
} from "@loong/sdk";
import { expect, test } from "vitest";
import { manifestFault } from "./manifest.ts";

const schema: object = { type: "object" };

const channel: ChannelPlugin = {
  id: "room",
  aliases: ["hall"],
  label: "Room",
  serves: true,
  dmPolicy: { supported: ["open", "allowlist", "pairing", "disabled"], default: "pairing" },
  groupPolicy: { supported: ["open", "allowlist", "disabled"], default: "allowlist" },
  text: { maxLength: 4_000, unit: "utf8-bytes" },
  idempotencyWindowMs: 3_600_000,
  accounts: { schema, target: { form: "name", required: false, examples: [] } },
  open: () => {
    throw new Error("not opened here");
  },
};
const agent: AgentPlugin = {
  id: "parrot",
  label: "Parrot",
  settings: { keys: ["parrot"], schema },
  open: () => {
    throw new Error("not opened here");
  },
};

test("accepts what the sdk makes of a plugin", () => {
  for (const plugin of [defineChannel(channel), defineChannel({ ...channel, redelivers: false }), defineAgent(agent)])
    expect(manifestFault(manifestOf(plugin))).toBeUndefined();
});

test.for([
  ["nothing", undefined, "not an object"],
  ["another kind", { kind: "tool" }, "`kind`"],
  ["an id with capitals", { id: "Room" }, "`id`"],
  ["an id that is a path", { id: "../room" }, "`id`"],
  ["no label", { label: "" }, "`label`"],
  ["aliases that are no list", { aliases: "hall" }, "`aliases`"],
  ["`serves` as a word", { serves: "yes" }, "`serves`"],
  ["a default that is not supported", { dmPolicy: { supported: ["open"], default: "pairing" } }, "`dmPolicy`"],
  ["a policy nobody knows", { groupPolicy: { supported: ["anyone"], default: "anyone" } }, "`groupPolicy`"],
  ["pairing in groups", { groupPolicy: { supported: ["pairing"], default: "pairing" } }, "`groupPolicy`"],
  ["no length at all", { text: { maxLength: 0, unit: "utf8-bytes" } }, "`text`"],
  ["a length in other units", { text: { maxLength: 9, unit: "lines" } }, "`text`"],
  ["a window that is no number", { idempotencyWindowMs: "1h" }, "`idempotencyWindowMs`"],
  ["a platform that delivers again as a word", { redelivers: "no" }, "`redelivers`"],
  ["no target", { target: undefined }, "`target`"],
  ["no schema", { account: [] }, "`account`"],
] as const)("refuses %s", ([, change, fault]) => {
  const block = change && { ...manifestOf(channel), ...change };
  expect(manifestFault(block)).toContain(fault);
});

test.for([
  ["keys that are no list", { keys: "parrot" }, "`keys`"],
  ["no schema", { settings: null }, "`settings`"],
] as const)("refuses an agent with %s", ([, change, fault]) => {
  expect(manifestFault({ ...(manifestOf(agent) satisfies Manifest), ...change })).toContain(fault);
});

test("refuses a list", () => {
  expect(manifestFault([])).toContain("not an object");
});
