import { randomBytes } from "node:crypto";
import { type AgentEvent, type AgentRuntime, type Turn } from "@loong/sdk";
import { expect } from "vitest";
import { expectManifest } from "../checks/manifest.ts";
import { watchResources } from "../checks/resources.ts";
import { expectCoded, expectProblem } from "../checks/secrets.ts";
import { eventually, within } from "../checks/waiting.ts";
import type { AgentContext } from "./context.ts";
import type { AgentFault } from "./harness.ts";

/** Every case of `agentConformance`, for `skips`. */
export type AgentCaseName =
  | "manifest-matches"
  | "identity"
  | "open-without-io"
  | "answers"
  | "input"
  | "history"
  | "abort"
  | "aborted-before"
  | "wrong-credentials"
  | "rate-limited"
  | "server-error"
  | "cut-short"
  | "models"
  | "close-twice"
  | "close-frees";

/** One promise of an agent. `check` rejects when it is broken. */
export interface AgentCase {
  readonly name: AgentCaseName;
  readonly promise: string;
  check<Settings>(context: AgentContext<Settings>): Promise<void>;
}

const TURN_LIMIT_MS = 12_000;
const ABORT_LIMIT_MS = 2_000;

/** Every duty of an agent. */
export const agentCases: readonly AgentCase[] = [
  {
    name: "manifest-matches",
    promise: "the manifest in package.json is the one of the code",
    async check({ options }) {
      expectManifest(options.manifest, options.plugin);
    },
  },
  {
    name: "identity",
    promise: "id and label are usable names, and the schema has exactly the keys it owns",
    async check({ options: { plugin } }) {
      expect(plugin.id).toMatch(/^[a-z][a-z0-9-]{0,31}$/);
      expect(plugin.label.trim()).not.toBe("");
      const schema = plugin.settings.schema as { type?: string; properties?: object };
      expect(schema.type).toBe("object");
      expect(Object.keys(schema.properties ?? {}).toSorted()).toEqual([...plugin.settings.keys].toSorted());
    },
  },
  {
    name: "open-without-io",
    promise: "open starts nothing: no socket, no file, no timer",
    async check({ open }) {
      using watch = watchResources();
      watch.during(() => open());
      expect(watch.holding(), "what open has started").toEqual({});
      await new Promise((resolve) => setImmediate(resolve));
      expect(watch.holding(), "what open has started a moment later").toEqual({});
    },
  },
  {
    name: "answers",
    promise: "a turn yields text, then `done` once, and nothing after it",
    async check({ open }) {
      const events = await answer(open(), turnOf(someWords()));
      expect(textOf(events).trim()).not.toBe("");
      expect(events.filter(({ type }) => type === "done")).toHaveLength(1);
      expect(events.at(-1)?.type).toBe("done");
      expect(JSON.parse(JSON.stringify(events)), "the events as plain data").toEqual(events);
    },
  },
  {
    name: "input",
    promise: "the agent is given the system prompt and what was said",
    async check({ open, provider }) {
      const [systemPrompt, words] = [someWords(), someWords()];
      await answer(open(), { ...turnOf(words), systemPrompt });
      expectInOrder(await provider().received(), [systemPrompt, words]);
    },
  },
  {
    name: "history",
    promise: "the agent is given the history, oldest first, before what was said",
    async check({ open, provider }) {
      const [question, reply, words] = [someWords(), someWords(), someWords()];
      const history = [
        { role: "user", text: question, atMs: 1_800_000_000_000 },
        { role: "assistant", text: reply, atMs: 1_800_000_001_000 },
      ] as const;
      await answer(open(), { ...turnOf(words), history });
      expectInOrder(await provider().received(), [question, reply, words]);
    },
  },
  {
    name: "abort",
    promise: "an aborted turn ends within two seconds, and not with `done`",
    async check({ open, provider }) {
      await provider().failNext("hang");
      const abort = new AbortController();
      const events: AgentEvent[] = [];
      const running = collect(open(), turnOf(someWords()), abort.signal, events);
      const ended = running.then(
        () => "returned",
        () => "threw",
      );
      await eventually("some text comes", () => events.length > 0);
      abort.abort();
      await within("the turn ends", ABORT_LIMIT_MS, ended);
      expect(events.map(({ type }) => type)).not.toContain("done");
    },
  },
  {
    name: "aborted-before",
    promise: "a turn whose signal is aborted gives no answer",
    async check({ open }) {
      const events: AgentEvent[] = [];
      const running = collect(open(), turnOf(someWords()), AbortSignal.abort(), events);
      await within(
        "the turn ends",
        ABORT_LIMIT_MS,
        running.catch(() => {}),
      );
      expect(events.map(({ type }) => type)).not.toContain("done");
    },
  },
  {
    name: "wrong-credentials",
    promise: "wrong credentials are `bad-credentials`",
    async check(context) {
      const error = await failure(context.open(context.wrongSettings()), context.secrets);
      expect(error.outcome).toBe("bad-credentials");
    },
  },
  {
    name: "rate-limited",
    promise: "a rate limit is `not-sent`, with the wait that the provider asked for",
    async check({ open, provider, secrets }) {
      const facts = await provider().failNext("rate-limited");
      const error = await failure(open(), secrets);
      expect(error.outcome).toBe("not-sent");
      if (facts?.retryAfterMs !== undefined) expect(error.retryAfterMs).toBe(facts.retryAfterMs);
    },
  },
  {
    name: "server-error",
    promise: "a failing provider is an error with an outcome, not an answer",
    check: (context) => checkFails(context, "server-error"),
  },
  {
    name: "cut-short",
    promise: "an answer cut short is an error with an outcome, not an answer",
    check: (context) => checkFails(context, "cut-short"),
  },
  {
    name: "models",
    promise: "models are listed, and their probe tells right from wrong credentials",
    async check({ open, skip, wrongSettings, secrets }) {
      const { models } = open();
      if (!models) return skip("the agent does not choose among models");
      const list = await models.list(AbortSignal.timeout(TURN_LIMIT_MS));
      expect(list.models.length).toBeGreaterThan(0);
      expect(await models.probe(AbortSignal.timeout(TURN_LIMIT_MS))).toMatchObject({ ok: true, problems: [] });
      const refused = await open(wrongSettings()).models?.probe(AbortSignal.timeout(TURN_LIMIT_MS));
      expect(refused?.ok).toBe(false);
      expect(refused?.problems.length).toBeGreaterThan(0);
      for (const problem of refused?.problems ?? []) expectProblem(problem, secrets);
    },
  },
  {
    name: "close-twice",
    promise: "close may be called twice, also when nothing was asked",
    async check({ open }) {
      const unused = open();
      await unused.close();
      await unused.close();
      const used = open();
      await answer(used, turnOf(someWords()));
      await expect(Promise.all([used.close(), used.close()])).resolves.toHaveLength(2);
    },
  },
  {
    name: "close-frees",
    promise: "after close nothing of the agent keeps the process alive",
    async check({ open }) {
      using watch = watchResources();
      await watch.during(async () => {
        const agent = open();
        await answer(agent, turnOf(someWords()));
        await agent.close();
      });
      await eventually("all is gone", () => Object.keys(watch.holding()).length === 0, 3_000).catch(() =>
        expect(watch.holding(), "what is left after close").toEqual({}),
      );
    },
  },
];

async function checkFails<Settings>(
  { open, provider, secrets }: AgentContext<Settings>,
  fault: AgentFault,
): Promise<void> {
  await provider().failNext(fault);
  const error = await failure(open(), secrets);
  expect(error.outcome, `the outcome of ${error.code}`).toBeDefined();
}

async function answer(agent: AgentRuntime, turn: Turn): Promise<readonly AgentEvent[]> {
  const events: AgentEvent[] = [];
  await collect(agent, turn, AbortSignal.timeout(TURN_LIMIT_MS), events);
  return events;
}

async function collect(agent: AgentRuntime, turn: Turn, signal: AbortSignal, events: AgentEvent[]): Promise<void> {
  for await (const event of agent.run(turn, signal)) events.push(event);
}

async function failure(agent: AgentRuntime, secrets: readonly string[]) {
  const ended = await answer(agent, turnOf(someWords())).then(
    (events) => ({ events }),
    (error: unknown) => ({ error }),
  );
  if ("events" in ended) throw new Error(`the turn gave an answer, not an error: ${textOf(ended.events)}`);
  return expectCoded(ended.error, secrets);
}

function textOf(events: readonly AgentEvent[]): string {
  return events.map((event) => (event.type === "text" ? event.delta : "")).join("");
}

function expectInOrder(text: string, parts: readonly string[]): void {
  for (const part of parts) expect(text, "what the provider received").toContain(part);
  const places = parts.map((part) => text.lastIndexOf(part));
  expect(places, "their places in what the provider received").toEqual(places.toSorted((a, b) => a - b));
}

function turnOf(text: string): Turn {
  return {
    id: "1",
    conversationKey: "rooms/default/lobby",
    conversation: { id: "lobby", type: "direct" },
    history: [],
    input: { sender: { id: "ada", name: "Ada" }, text },
  };
}

/** Letters and digits only, so that no protocol changes them. */
function someWords(): string {
  return `w${randomBytes(6).toString("hex")}`;
}
