import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { agentConformance, type AgentFault } from "@loong/testkit";
import { beforeAll, expect, test } from "vitest";
import packageJson from "../package.json" with { type: "json" };
import { type LlmEmulator, type LlmFault, startLlmEmulator } from "./emulator/index.ts";
import llm from "./index.ts";
import type { LlmSettings } from "./settings.ts";

// The first turn would load it, and a turn's time is limited.
beforeAll(async () => void (await import("ai")), 60_000);

const RETRY_AFTER_SECONDS = 60;
/** More than one turn asks. */
const ALWAYS = 9;

const faults: Record<AgentFault, LlmFault> = {
  "rate-limited": { kind: "status", status: 429, retryAfterSeconds: RETRY_AFTER_SECONDS },
  "server-error": { kind: "status", status: 500 },
  "cut-short": { kind: "cut", afterPieces: 1 },
  hang: { kind: "stall", afterPieces: 1 },
};

function settingsOf(provider: LlmEmulator, kind: string, path: string, apiKey: string): LlmSettings {
  return { providers: { main: { kind, apiKey, baseUrl: provider.url + path } } };
}

for (const [kind, path] of [
  ["volcengine", "/api/v3"],
  ["anthropic", "/v1"],
] as const) {
  agentConformance({
    plugin: llm,
    title: `over ${kind}`,
    manifest: packageJson.loong,
    skips: {
      "close-frees": "Node's own fetch keeps an idle, unreferenced connection for four seconds; see the test below",
    },
    harness: async () => {
      const provider = await startLlmEmulator({ keys: ["right-key"] });
      return {
        settings: settingsOf(provider, kind, path, "right-key"),
        wrongSettings: settingsOf(provider, kind, path, "wrong-key"),
        provider: {
          received: () => JSON.stringify(provider.requests().map(({ body }) => body)),
          failNext(fault) {
            provider.add(faults[fault], { times: ALWAYS });
            return fault === "rate-limited" ? { retryAfterMs: RETRY_AFTER_SECONDS * 1_000 } : undefined;
          },
        },
        close: () => provider.close(),
      };
    },
  });
}

/** A process that answers one turn, closes the agent, and says how long it then lived on. */
const ONE_TURN = `
  const { default: llm } = await import("./src/index.ts");
  const [kind, baseUrl] = process.argv.slice(1);
  const agent = llm.open({ providers: { main: { kind, apiKey: "k", baseUrl } } }, { log: {}, dataDir: "", clock: Date });
  const turn = { id: "1", conversation: { type: "direct" }, history: [], input: { sender: {}, text: "hi" } };
  let last;
  for await (const event of agent.run(turn, new AbortController().signal)) last = event.type;
  await agent.close();
  const closedAtMs = performance.now();
  process.on("exit", () => console.log(JSON.stringify({ last, livedOnMs: performance.now() - closedAtMs })));
`;

test.each(["openai", "anthropic"])(
  "after a turn over %s and close, the process ends by itself at once",
  { timeout: 60_000 },
  async (kind) => {
    const provider = await startLlmEmulator();
    const args = ["--conditions=@loong/source", "--input-type=module", "-e", ONE_TURN, kind, `${provider.url}/v1`];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: join(import.meta.dirname, "..") });
    await provider.close();
    const { last, livedOnMs } = JSON.parse(stdout) as { last: string; livedOnMs: number };
    expect(last).toBe("done");
    // An idle connection would keep it alive for four.
    expect(livedOnMs).toBeLessThan(3_000);
  },
);
