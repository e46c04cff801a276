import { manifestOf } from "@loong/sdk";
import { channelConformance } from "../channel/conformance.ts";
import { type MemoryChannel, type MemoryChannelOptions, createMemoryChannel } from "./channel.ts";

const HOUR_MS = 3_600_000;

/** Every case gets a platform of its own, and the one plugin opens accounts on the latest. */
function conform(title: string, options: MemoryChannelOptions): void {
  let latest: MemoryChannel = createMemoryChannel(options);
  const { plugin } = latest;
  channelConformance({
    plugin: { ...plugin, open: (account, host) => latest.plugin.open(account, host) },
    manifest: manifestOf(plugin),
    title,
    async harness() {
      latest = createMemoryChannel(options);
      return latest;
    },
  });
}

conform("over a connection", { idempotencyWindowMs: HOUR_MS, previewIntervalMs: 20, typing: true });
conform("over a webhook", { inbound: "webhook" });
conform("that is outbound only", { inbound: "none" });
