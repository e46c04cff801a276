import { channelConformance } from "@loong/testkit";
import packageJson from "../package.json" with { type: "json" };
import plugin from "../src/index.ts";
import { startVisitor } from "./harness.ts";

channelConformance({
  plugin,
  manifest: packageJson.loong,
  harness: startVisitor,
  skips: {
    "probe-unreachable": "the channel listens by itself: there is no platform that could be away",
    "send-same-key":
      "the case sends through two channels that are open at once, and one address is listened on once; talk.e2e.test.ts sends one key twice",
    "send-rate-limited": "the channel is the platform, and sets itself no rate",
    "serve-group": "a visitor talks to the bot alone; there are no groups",
  },
});
