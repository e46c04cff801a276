import { rmSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Config } from "@loong/config";
import type { ChannelPlugin } from "@loong/sdk";
import {
  channelConformance,
  type ChannelHarness,
  createMemoryChannel,
  type MemoryChannelOptions,
} from "@loong/testkit";
import { afterAll } from "vitest";
import { openLog } from "../../src/log/index.ts";
import { createPluginLoader } from "../../src/plugin-loader.ts";
import { createPluginSet, discoverPlugins, loadPlugin } from "../../src/plugins/index.ts";
import { install } from "../plugin-tree.ts";
import { serveMemory } from "./memory-server.ts";
import { synchronous } from "./synchronous.ts";

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
const log = openLog({ dir: join(home, "logs"), level: "debug", verbose: false, stderr: false, now: Date.now });
afterAll(async () => {
  await log.close();
  rmSync(home, { recursive: true, force: true });
});

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

const titles = { inline: "in the gateway's process", process: "in a process of its own" };
for (const [isolation, options] of [
  ["inline", {}],
  ["process", {}],
  ["process", { inbound: "webhook" }],
] as const) {
  const plugins = { paths: [], entries: { "far-memory": { isolation } } };
  const config = { plugins, source: { parts: { env: process.env } } } as unknown as Config;
  const loader = createPluginLoader({ paths, config: () => config, log, now: Date.now });
  const host = { accountId: "sample", log, clock: { now: Date.now }, dataDir: home };
  channelConformance<Account>({
    plugin: synchronous(
      plugin,
      () => loader.channel(record),
      (account) => plugin.open(account, host),
    ),
    manifest: record.manifest,
    title: `${titles[isolation]}${"inbound" in options ? ", over a webhook" : ""}`,
    harness: () => harness(options),
  });
}
