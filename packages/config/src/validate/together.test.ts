import type { ChannelManifest, JsonSchema } from "@loong/sdk";
import { expect, test } from "vitest";
import { scratch, shortly } from "../../test/scratch.ts";
import { renderProblem, resolveAccount } from "../index.ts";

const conditions: JsonSchema = {
  if: { properties: { mode: { const: "webhook" } }, required: ["mode"] },
  // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
  then: { required: ["signingKey"] },
  anyOf: [{ required: ["token"] }, { required: ["user", "password"] }],
};

const acme: ChannelManifest = {
  kind: "channel",
  id: "acme",
  aliases: [],
  label: "Acme",
  contract: "^1.0.0",
  serves: true,
  dmPolicy: { supported: ["open"], default: "open" },
  groupPolicy: { supported: ["open"], default: "open" },
  text: { maxLength: 100, unit: "utf16-units" },
  target: { form: "a room", required: true, examples: ["room"] },
  account: {
    ...conditions,
    type: "object",
    additionalProperties: false,
    properties: {
      mode: { type: "string", enum: ["poll", "webhook"], default: "poll" },
      signingKey: { type: "string", secret: true, env: ["ACME_SIGNING_KEY"] },
      token: { type: "string", secret: true },
      user: { type: "string" },
      password: { type: "string", secret: true },
    },
  },
};

const read = async (yaml: string, env: Record<string, string> = {}) => scratch(yaml, { manifests: [acme], env }).read();

test.each([
  ["what the default asks for", "channels: { acme: { token: token-0001 } }", {}],
  ["another alternative", "channels: { acme: { user: ada, password: { file: /run/p } } }", {}],
  [
    "an environment name of the schema",
    "channels: { acme: { mode: webhook, token: token-0001 } }",
    { ACME_SIGNING_KEY: "key-0001" },
  ],
  ["a reference", "channels: { acme: { mode: webhook, token: token-0001, signingKey: { file: /run/k } } }", {}],
  ["a file beside it", "channels: { acme: { mode: webhook, tokenFile: /run/t, signingKeyFile: /run/k } }", {}],
  ["keys that every account has", "channels: { acme: { token: token-0001, enabled: false, allowFrom: [ada] } }", {}],
])("%s is enough", async (_what, yaml, env) => {
  expect(shortly(await read(yaml, env))).toEqual([]);
});

test("a key that another key asks for is missing, at its place and with its environment name", async () => {
  const config = await read("channels:\n  acme:\n    mode: webhook\n    token: token-0001\n");
  expect(shortly(config)).toEqual(["CONFIG_MISSING 2:3 channels.acme.signingKey"]);
  expect(config.problems[0]?.hint).toContain("ACME_SIGNING_KEY");
  expect(config.accounts[0]?.problems).toHaveLength(1);
});

test("a choice that is not made says what there is", async () => {
  const config = await read("channels:\n  acme:\n    user: ada\n");
  expect(config.problems.map(renderProblem).join()).toMatch(/channels\.acme needs token, or user and password\.$/);
});

test("each account is judged with what it takes from the block", async () => {
  const config = await read(
    "channels: { acme: { mode: webhook, token: token-0001, accounts: { a: { signingKey: key-0001 }, b: {} } } }",
  );
  expect(config.accounts.map(({ id, problems }) => [id, problems.map(({ path }) => path)])).toEqual([
    ["a", []],
    ["b", ["channels.acme.accounts.b.signingKey"]],
  ]);
});

test("what only the opening can know is looked at then", async () => {
  const config = await read("channels: { acme: { mode: { exec: [printf, webhook] }, token: token-0001 } }");
  expect(shortly(config)).toEqual([]);
  await expect(resolveAccount(config, "acme", "default")).rejects.toMatchObject({
    code: "CONFIG_MISSING",
    message: "channels.acme.signingKey is not set.",
  });
});
