import type { AgentManifest, ChannelManifest } from "@loong/sdk";
import { expect, test } from "vitest";
import { accountCommands, entryCommands } from "./commands.ts";
import { entryTables, nameFor } from "./entry-section.ts";

const channel = (account: ChannelManifest["account"]) => ({ id: "acme", account }) as ChannelManifest;

test("an account is made by setting what it cannot do without", () => {
  const account = {
    required: ["room", "origins"],
    properties: {
      botId: { type: "string", examples: ["bot one"] },
      token: { type: "string", secret: true, env: ["ACME_TOKEN", "TOKEN"] },
      room: { type: "string" },
      origins: { type: "array", items: { type: "string" }, examples: ["https://a.example"] },
      mode: { enum: ["a"], default: "a" },
    },
  };
  expect(accountCommands(channel(account))).toEqual([
    "loong config set channels.acme.botId 'bot one'",
    "loong config set channels.acme.token --env ACME_TOKEN",
    "loong config set channels.acme.room ROOM",
    `loong config set channels.acme.origins '["https://a.example"]'`,
  ]);
});

test("a secret after keys that all have a default is not asked for: the account may do without", () => {
  const page = { type: "string", default: "127.0.0.1:80" };
  const account = { properties: { page, token: { type: "string", secret: true, env: ["TOKEN"] } } };
  expect(accountCommands(channel(account))).toEqual(["loong config set channels.acme.enabled true"]);
  expect(accountCommands(channel({ ...account, required: ["token"] }))).toHaveLength(1);
});

test("an account that needs nothing is switched on", () => {
  expect(accountCommands(channel({ properties: {} }))).toEqual(["loong config set channels.acme.enabled true"]);
});

test("an entry is named after what it is", () => {
  const entry = {
    type: "object",
    properties: {
      kind: { enum: ["alpha", "beta"], examples: ["beta"] },
      apiKey: { type: "string", secret: true, usualEnv: { alpha: "ALPHA_TOKEN" } },
    },
  };
  const settings = {
    properties: { active: { type: "string" }, services: { type: "object", additionalProperties: entry } },
  };
  const [table] = entryTables({ settings } as unknown as AgentManifest);
  expect(table).toMatchObject({ key: "services", label: "services", selector: "active" });
  expect(table === undefined ? [] : entryCommands(table)).toEqual([
    "loong config set services.beta.kind beta",
    "loong config set services.beta.apiKey --env BETA_API_KEY",
  ]);
});

test("a key is looked for where people keep it, else under the name of its entry", () => {
  const field = { key: "apiKey", schema: { usualEnv: { alpha: "ALPHA_TOKEN" } } };
  expect(nameFor(field, "alpha")).toBe("ALPHA_TOKEN");
  expect(nameFor(field, "main")).toBe("MAIN_API_KEY");
});
