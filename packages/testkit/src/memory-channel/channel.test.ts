import { manifestOf } from "@loong/sdk";
import { channelConformance } from "../channel/conformance.ts";
import { createMemoryChannel } from "./channel.ts";

const HOUR_MS = 3_600_000;
const keyed = { idempotencyWindowMs: HOUR_MS };

const { plugin } = createMemoryChannel(keyed);
const manifest = manifestOf(plugin);

channelConformance({ plugin, manifest, title: "over a connection", harness: async () => createMemoryChannel(keyed) });
