import { rmSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ChannelPlugin } from "@loong/sdk";
import {
  channelConformance,
  type ChannelHarness,
  createMemoryChannel,
  type MemoryChannelOptions,
} from "@loong/testkit";
import { afterAll } from "vitest";
import { createPluginSet, discoverPlugins, loadPlugin } from "../../src/plugins/index.ts";
import { install } from "../plugin-tree.ts";
import { serveMemory } from "./memory-server.ts";
import { processConformance } from "./process-conformance.ts";

interface Account {
  readonly url: string;
  readonly token: string;
  readonly webhookPath?: string;
}

const home = mkdtempSync(join(tmpdir(), "loong-isolation-"));
const paths = { pluginsDir: join(home, "plugins"), cacheDir: join(home, "cache"), dataDir: join(home, "data") };
install(paths.pluginsDir, "far-memory");
const found = await discoverPlugins({ paths, extraPaths: [], bundled: [] });
const record = createPluginSet(found.plugins, found.failures).channel("far-memory");
const plugin = (await loadPlugin(record, { cacheDir: paths.cacheDir })) as ChannelPlugin<Account>;
afterAll(() => rmSync(home, { recursive: true, force: true }));

async function harness(options: MemoryChannelOptions): Promise<ChannelHarness<Account>> {
  const memory = createMemoryChannel({
    ...options,
    idempotencyWindowMs: 3_600_000,
    previewIntervalMs: 5,
    typing: true,
  });
  const { url, close } = await serveMemory(memory);
  const account = { url, token: memory.account.token, ...(options.inbound && { webhookPath: "/memory/events" }) };
  return { ...memory, account, wrongAccount: { ...account, token: "another-token" }, close };
}

const { manifest } = record;
channelConformance<Account>({ plugin, manifest, title: "in the gateway's process", harness: () => harness({}) });
processConformance<Account>(record, [
  { plugin, manifest, harness: () => harness({}) },
  { plugin, manifest, title: "over a webhook", harness: () => harness({ inbound: "webhook" }) },
]);
