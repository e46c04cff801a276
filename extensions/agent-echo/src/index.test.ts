import { agentConformance } from "@loong/testkit";
import packageJson from "../package.json" with { type: "json" };
import echo from "./index.ts";

const NOTHING_BEHIND = "nothing stands behind it: it repeats what it hears";

agentConformance({
  plugin: echo,
  manifest: packageJson.loong,
  harness: async () => ({ settings: {}, close: async () => {} }),
  skips: {
    input: NOTHING_BEHIND,
    history: NOTHING_BEHIND,
    abort: "it has answered before it can be aborted",
    "wrong-credentials": "it has no credentials",
    "rate-limited": NOTHING_BEHIND,
    "server-error": NOTHING_BEHIND,
    "cut-short": NOTHING_BEHIND,
  },
});
