import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AgentHost, AgentRuntime } from "@loong/sdk";
import { createRecordingLog } from "../checks/log.ts";
import { secretsIn } from "../checks/secrets.ts";
import type { AgentCase } from "./cases.ts";
import type { AgentConformanceOptions, AgentHarness, ProviderUnderTest } from "./harness.ts";

/** What one case works with: a harness of its own, and everything opened closed again at the end. */
export interface AgentContext<Settings> {
  readonly options: AgentConformanceOptions<Settings>;
  /** Of all settings of the harness. */
  readonly secrets: readonly string[];
  /** Opens an agent with `settings`, the right ones unless told. */
  readonly open: (settings?: Settings) => AgentRuntime;
  /** @throws Error that says what to add when the harness has none. */
  readonly provider: () => ProviderUnderTest;
  readonly wrongSettings: () => Settings;
  /** Ends the case: it does not apply to this agent. */
  readonly skip: (reason: string) => never;
}

/** Runs one case from a fresh harness to a closed one. */
export async function runAgentCase<Settings>(
  one: AgentCase,
  options: AgentConformanceOptions<Settings>,
  skip: (reason: string) => never,
): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "loong-agent-"));
  const log = createRecordingLog();
  const cleanups: (() => Promise<void>)[] = [];
  const host: AgentHost = { log, dataDir: join(directory, "data"), clock: { now: Date.now } };
  try {
    const harness = await options.harness();
    cleanups.push(() => harness.close());
    const { schema } = options.plugin.settings;
    const secrets = [...secretsIn(schema, harness.settings), ...secretsIn(schema, harness.wrongSettings)];
    const open = (settings: Settings = harness.settings): AgentRuntime => {
      const agent = options.plugin.open(settings, host);
      cleanups.push(() => agent.close());
      return agent;
    };
    await one.check({ options, secrets, open, skip, ...neededOf(one, harness) });
    log.expectWithout(secrets);
  } finally {
    for (const cleanup of cleanups.toReversed()) await cleanup();
    rmSync(directory, { recursive: true, force: true });
  }
}

function neededOf<Settings>(
  { name }: AgentCase,
  { provider, wrongSettings }: AgentHarness<Settings>,
): Pick<AgentContext<Settings>, "provider" | "wrongSettings"> {
  const need = <T>(value: T | undefined, what: string): T => {
    if (value !== undefined) return value;
    throw new Error(`The harness has no ${what}. Add it, or give skips["${name}"] a reason.`);
  };
  return {
    provider: () => need(provider, "provider"),
    wrongSettings: () => need(wrongSettings, "wrongSettings"),
  };
}
