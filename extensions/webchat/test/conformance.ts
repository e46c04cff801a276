import type { ChannelConformanceOptions } from "@loong/testkit";
import packageJson from "../package.json" with { type: "json" };
import plugin, { type WebchatAccount } from "../src/index.ts";
import { startVisitor } from "./harness.ts";

/** The channel as the conformance suite has to know it. */
export const conformances: readonly ChannelConformanceOptions<WebchatAccount>[] = [
  {
    plugin,
    manifest: packageJson.loong,
    harness: startVisitor,
    skips: {
      "probe-unreachable": "the channel listens by itself: there is no platform that could be away",
      "send-rate-limited": "the channel is the platform, and sets itself no rate",
    },
  },
];
