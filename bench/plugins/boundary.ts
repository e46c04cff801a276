import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readConfig, statePaths } from "../../packages/config/src/index.ts";
import { openLog } from "../../packages/host/src/log/index.ts";
import { createPluginSet, discoverPlugins } from "../../packages/host/src/plugins/index.ts";
import type { Channel, OutboundMessage } from "@loong/sdk";
import { createPluginLoader } from "../../packages/host/src/plugin-loader.ts";
import { median, type Row } from "../table.ts";

const WARM_UP = 1_000;
const ROUND_TRIPS = 5_000;
/** Takes every message and does nothing with it. */
const plugin = join(import.meta.dirname, "../../packages/host/test/fixtures/plugins/horn");
const message: OutboundMessage = {
  idempotencyKey: "k1",
  to: "room-1",
  content: { type: "text", text: "x".repeat(1_000) },
};

/** One send into the process of a channel, checked both ways, against Node's own IPC with the same message. */
export async function boundaryRow(): Promise<Row> {
  const home = mkdtempSync(join(tmpdir(), "loong-bench-boundary-"));
  try {
    return {
      what: "a send through the process of a plugin",
      reference: "Node's IPC, the message there and back",
      referenceValue: await overNode(),
      value: await overLoong(home),
      unit: "µs",
      goal: { atMost: 2 },
    };
  } finally {
    rmSync(home, { recursive: true });
  }
}

async function overNode(): Promise<number> {
  const child = fork(join(import.meta.dirname, "echo.ts"));
  const tookUs = await medianUs(async () => {
    child.send(message);
    await once(child, "message");
  });
  child.kill();
  await once(child, "exit");
  return tookUs;
}

async function overLoong(home: string): Promise<number> {
  const paths = statePaths({ LOONG_HOME: home });
  const { plugins, failures } = await discoverPlugins({ paths, extraPaths: [plugin], bundled: [] });
  const config = await readConfig({ paths, env: {}, manifests: plugins.map(({ manifest }) => manifest) });
  const now = () => Date.now();
  const log = openLog({ dir: paths.logsDir, level: "info", verbose: false, stderr: false, now });
  const loader = createPluginLoader({ paths, config: () => config, log, now });
  const loaded = await loader.channel(createPluginSet(plugins, failures).channel("horn"));
  const dataDir = join(paths.dataDir, "horn", "default");
  const channel: Channel = await loaded.open({}, { accountId: "default", log, clock: { now }, dataDir });
  const { signal } = new AbortController();
  const tookUs = await medianUs(() => channel.send(message, signal));
  await channel.close();
  await log.close();
  return tookUs;
}

async function medianUs(roundTrip: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let n = -WARM_UP; n < ROUND_TRIPS; n++) {
    const startedAtMs = performance.now();
    await roundTrip();
    if (n >= 0) times.push((performance.now() - startedAtMs) * 1_000);
  }
  return median(times);
}
