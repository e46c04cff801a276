import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ChannelManifest } from "@loong/sdk";
import { afterAll, beforeAll, expect, test } from "vitest";
import { statePaths } from "../paths.ts";
import { readConfig } from "../read.ts";
import { configTexts } from "./inventory.ts";

const chat: ChannelManifest = {
  kind: "channel",
  id: "chat",
  aliases: ["talk"],
  label: "Chat",
  contract: "^1.0.0",
  serves: true,
  dmPolicy: { supported: ["pairing"], default: "pairing" },
  groupPolicy: { supported: ["disabled"], default: "disabled" },
  text: { maxLength: 100, unit: "utf8-bytes" },
  target: { form: "a room", required: true, examples: ["room"] },
  account: {
    type: "object",
    properties: {
      token: { type: "string", secret: true, env: ["CHAT_TOKEN"] },
      baseUrl: { type: "string", env: ["CHAT_URL"] },
      key: { type: "string", secret: true },
    },
  },
};

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "loong-inventory-"));
});
afterAll(() => rm(home, { recursive: true }));

async function textsOf(text: string, env: Record<string, string> = {}) {
  await writeFile(join(home, "config.yaml"), text);
  const all = { HOME: home, LOONG_HOME: home, ...env };
  const config = await readConfig({ paths: statePaths(all), env: all, manifests: [chat] });
  return Promise.all(
    configTexts(config).map(async ({ path, isSecret, from, read }) => ({ path, isSecret, from, text: await read() })),
  );
}

test("each text with its written place, where it comes from, and what it is now", async () => {
  await writeFile(join(home, "key"), "from a file\n", { mode: 0o600 });
  const texts = await textsOf(
    `talk:
  base_url: https://chat.example.com
  token: { env: MY_TOKEN }
  accounts:
    work:
      key_file: key
      token: typed
      allowFrom: [u1]
    late:
      key: { exec: [/bin/false, word] }
`,
    { MY_TOKEN: "from the environment" },
  );
  expect(texts).toEqual([
    { path: "talk.base_url", isSecret: false, from: undefined, text: "https://chat.example.com" },
    { path: "talk.token", isSecret: true, from: { kind: "env", name: "MY_TOKEN" }, text: "from the environment" },
    {
      path: "talk.accounts.work.key_file",
      isSecret: true,
      from: { kind: "file", path: join(home, "key") },
      text: "from a file",
    },
    { path: "talk.accounts.work.token", isSecret: true, from: undefined, text: "typed" },
    { path: "talk.accounts.work.allowFrom.0", isSecret: false, from: undefined, text: "u1" },
    {
      path: "talk.accounts.late.key",
      isSecret: true,
      from: { kind: "exec", command: ["/bin/false", "word"] },
      text: undefined,
    },
  ]);
});

test("what an account takes from the environment by itself is among them", async () => {
  const texts = await textsOf("channels: { chat: { key: typed } }", { CHAT_URL: "https://x.example", CHAT_TOKEN: "t" });
  expect(texts.slice(1)).toEqual([
    { path: "channels.chat.token", isSecret: true, from: { kind: "env", name: "CHAT_TOKEN" }, text: "t" },
    {
      path: "channels.chat.baseUrl",
      isSecret: false,
      from: { kind: "env", name: "CHAT_URL" },
      text: "https://x.example",
    },
  ]);
});

test("in a block that nobody knows, secrets are told by their names", async () => {
  const texts = await textsOf("channels: { gone: { dmPolicy: open, botToken: typed, otherToken: $NAME } }");
  expect(texts.filter(({ isSecret }) => isSecret).map(({ path }) => path)).toEqual(["channels.gone.botToken"]);
});

test("a file that others can read is not read", async () => {
  await writeFile(join(home, "wide"), "secret", { mode: 0o644 });
  const [text] = await textsOf("channels: { chat: { keyFile: wide } }");
  expect(text).toMatchObject({ isSecret: true, text: undefined });
});
