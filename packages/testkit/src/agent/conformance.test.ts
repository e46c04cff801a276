import { setTimeout as sleep } from "node:timers/promises";
import { type AgentEvent, type AgentPlugin, LoongError, type Turn, defineAgent, manifestOf } from "@loong/sdk";
import { describe, expect, test } from "vitest";
import { type AgentCaseName, agentCases } from "./cases.ts";
import { agentConformance } from "./conformance.ts";
import { runAgentCase } from "./context.ts";
import type { AgentConformanceOptions, AgentFault } from "./harness.ts";

interface Settings {
  readonly parrot: { readonly key: string };
}

const SCHEMA = {
  type: "object",
  properties: { parrot: { type: "object", properties: { key: { type: "string", secret: true } } } },
};

/** What answers for the agent in these tests. */
interface Parrot {
  heard: string;
  readonly faults: AgentFault[];
}

/** Repeats what it hears; one fault of the run can be exchanged. */
function parrotAgent(parrot: Parrot, change: Partial<ReturnType<typeof parrotRun>> = {}): AgentPlugin<Settings> {
  return defineAgent<Settings>({
    id: "parrot",
    label: "Parrot",
    settings: { keys: ["parrot"], schema: SCHEMA },
    open: (settings) => ({ ...parrotRun(parrot, settings), close: async () => {}, ...change }),
  });
}

function parrotRun(parrot: Parrot, settings: Settings) {
  return {
    async *run(turn: Turn, signal: AbortSignal): AsyncIterable<AgentEvent> {
      if (settings.parrot.key !== "right-key") throw failed("bad-credentials");
      signal.throwIfAborted();
      parrot.heard += [turn.systemPrompt, ...turn.history.map(({ text }) => text), turn.input.text].join("\n");
      const fault = parrot.faults.shift();
      if (fault === "rate-limited") throw failed("not-sent", 2_000);
      if (fault === "server-error") throw failed("unknown");
      yield { type: "text", delta: turn.input.text };
      if (fault === "cut-short") throw failed("unknown");
      if (fault === "hang") await sleep(60_000, undefined, { signal });
      yield { type: "done" };
    },
  };
}

function failed(outcome: "bad-credentials" | "not-sent" | "unknown", retryAfterMs?: number): LoongError {
  const hint = "Run `loong doctor`.";
  return new LoongError("PARROT_SILENT", "The parrot is silent.", {
    hint,
    outcome,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

function optionsOf(change: Partial<ReturnType<typeof parrotRun>> = {}): AgentConformanceOptions<Settings> {
  const parrot: Parrot = { heard: "", faults: [] };
  const plugin = parrotAgent(parrot, change);
  return {
    plugin,
    manifest: manifestOf(plugin),
    harness: async () => ({
      settings: { parrot: { key: "right-key" } },
      wrongSettings: { parrot: { key: "wrong-key" } },
      provider: {
        received: () => parrot.heard,
        failNext(fault) {
          parrot.faults.push(fault);
          return fault === "rate-limited" ? { retryAfterMs: 2_000 } : {};
        },
      },
      close: async () => {},
    }),
  };
}

agentConformance(optionsOf());

describe("the suite finds an agent", () => {
  const faults: readonly (readonly [string, AgentCaseName, AgentConformanceOptions<Settings>])[] = [
    ["that ends without done", "answers", optionsOf({ run: says({ type: "text", delta: "hi" }) })],
    ["that says nothing", "answers", optionsOf({ run: says({ type: "done" }) })],
    ["that goes on after done", "answers", optionsOf({ run: says({ type: "done" }, { type: "text", delta: "hi" }) })],
    ["that hears nothing", "input", optionsOf({ run: says({ type: "text", delta: "hi" }, { type: "done" }) })],
    ["that forgets", "history", forgetful()],
    ["that answers an aborted turn", "aborted-before", optionsOf({ run: says({ type: "done" }) })],
    ["that takes any key", "wrong-credentials", optionsOf({ run: says({ type: "done" }) })],
    ["that throws plain errors", "server-error", optionsOf({ run: throws(new Error("500")) })],
    ["whose errors have no outcome", "server-error", optionsOf({ run: throws(hinted({})) })],
    ["whose errors tell the key", "server-error", optionsOf({ run: throws(hinted({ message: "bad right-key" })) })],
    ["whose manifest is of an older build", "manifest-matches", { ...optionsOf(), manifest: {} }],
  ];

  test.each(faults)("%s (%s)", async (_what, name, options) => {
    await expect(check(name, optionsOf())).resolves.toBeUndefined();
    await expect(check(name, options)).rejects.toThrow(/./);
  });

  test("and asks by name for what the harness lacks", async () => {
    const { provider: _provider, ...bare } = await optionsOf().harness();
    const options = { ...optionsOf(), harness: async () => bare };
    await expect(check("history", options)).rejects.toThrow(/no provider.*skips\["history"\]/);
  });
});

function check(name: AgentCaseName, options: AgentConformanceOptions<Settings>): Promise<void> {
  const found = agentCases.find((one) => one.name === name);
  if (!found) throw new Error(`no case ${name}`);
  return runAgentCase(found, options, (reason) => {
    throw new Error(`skipped: ${reason}`);
  });
}

function says(...events: readonly AgentEvent[]) {
  return async function* run(): AsyncIterable<AgentEvent> {
    yield* events;
  };
}

function throws(error: Error) {
  return async function* run(): AsyncIterable<AgentEvent> {
    yield* [];
    throw error;
  };
}

function hinted({ message = "It failed." }: { readonly message?: string }): LoongError {
  return new LoongError("PARROT_SILENT", message, { hint: "Run `loong doctor`." });
}

function forgetful(): AgentConformanceOptions<Settings> {
  const parrot: Parrot = { heard: "", faults: [] };
  const inner = parrotRun(parrot, { parrot: { key: "right-key" } });
  const options = optionsOf({ run: (turn, signal) => inner.run({ ...turn, history: [] }, signal) });
  return {
    ...options,
    harness: async () => ({
      ...(await options.harness()),
      provider: { received: () => parrot.heard, failNext: () => {} },
    }),
  };
}
