import { channelConformance } from "@loong/testkit";
import packageJson from "../package.json" with { type: "json" };
import plugin from "../src/index.ts";
import { startHarness } from "./harness.ts";

// Every duty of a channel, each as a test of its own. A case that your platform cannot have is skipped with a reason:
// `skips: { "send-rate-limited": "the platform has no rate limit" }`.
channelConformance({ plugin, manifest: packageJson.loong, harness: startHarness });
