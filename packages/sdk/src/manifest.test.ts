import { expect, test } from "vitest";
import { defineAgent, defineChannel } from "./define.ts";
import { CONTRACT_RANGE, manifestOf } from "./manifest.ts";

const schema = { type: "object", properties: { token: { type: "string", secret: true } } };

const channel = defineChannel({
  id: "chat",
  label: "Chat",
  serves: false,
  accounts: { schema, target: { form: "a room", required: true, examples: ["ops"] } },
  dmPolicy: { supported: ["open"], default: "open" },
  groupPolicy: { supported: ["disabled"], default: "disabled" },
  text: { maxLength: 100, unit: "utf8-bytes" },
  open: () => {
    throw new Error("not in this test");
  },
});

test("a manifest is plain data made from the plugin", () => {
  expect(manifestOf(channel)).toEqual({
    kind: "channel",
    id: "chat",
    aliases: [],
    label: "Chat",
    contract: CONTRACT_RANGE,
    serves: false,
    dmPolicy: { supported: ["open"], default: "open" },
    groupPolicy: { supported: ["disabled"], default: "disabled" },
    text: { maxLength: 100, unit: "utf8-bytes" },
    target: { form: "a room", required: true, examples: ["ops"] },
    account: schema,
  });
});

test("an agent's manifest says which config keys it owns", () => {
  const agent = defineAgent({
    id: "echo",
    label: "Echo",
    settings: { keys: ["providers"], schema },
    open: () => {
      throw new Error("not in this test");
    },
  });
  expect(manifestOf(agent)).toEqual({
    kind: "agent",
    id: "echo",
    label: "Echo",
    contract: CONTRACT_RANGE,
    keys: ["providers"],
    settings: schema,
  });
});

test.each(["Chat", "", "9chat", "chat/room", "__proto__", "a".repeat(33)])("%j cannot be an id", (id) => {
  expect(() => defineChannel({ ...channel, id })).toThrow(/cannot be the id/);
  expect(() => defineChannel({ ...channel, aliases: [id] })).toThrow(/cannot be the id/);
});

test("a default policy must be supported", () => {
  expect(() => defineChannel({ ...channel, dmPolicy: { supported: ["open"], default: "pairing" } })).toThrow(
    /does not support/,
  );
});
