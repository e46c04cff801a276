import { join } from "node:path";
import {
  type AccountAccess,
  type AccountFacts,
  type Clock,
  createGateway,
  defaultSettings,
  type Gateway,
  type GatewaySettings,
  type Journal,
} from "@loong/gateway";
import type {
  AgentEvent,
  InboundEvent,
  OutboundMessage,
  Receipt,
  StreamFeature,
  StreamingMode,
  Turn,
} from "@loong/sdk";
import { expect, vi } from "vitest";
import { createMemoryJournal } from "../src/memory.ts";
import { openSqliteJournal } from "../src/sqlite/index.ts";

/** A gateway on one journal, one channel whose room is a list, and an agent that does what the test says. */
export interface Scene {
  readonly gateway: Gateway;
  readonly shown: OutboundMessage[];
  readonly asked: Turn[];
  readonly warnings: { message: string; allow?: unknown }[];
  says(text: string, change?: Partial<InboundEvent>): Promise<string>;
  /** Resolves once the room shows this many messages. */
  room(count: number): Promise<readonly string[]>;
  /** Resolves once the agent was asked so often. */
  turns(count: number): Promise<void>;
}

export interface Script {
  readonly access?: Partial<AccountAccess>;
  readonly settings?: Partial<GatewaySettings>;
  readonly answer?: (turn: Turn, signal: AbortSignal) => AsyncIterable<AgentEvent>;
  readonly stream?: StreamFeature;
  readonly streaming?: StreamingMode;
  readonly send?: (message: OutboundMessage) => Promise<Receipt>;
  readonly redelivers?: boolean;
  /** Real time unless told. */
  readonly clock?: Clock;
  /** The gateway is held before it starts. */
  readonly held?: boolean;
}

const realTime: Clock = {
  now: Date.now,
  setTimer(delayMs, run) {
    const timer = setTimeout(run, delayMs).unref();
    return { cancel: () => clearTimeout(timer) };
  },
};

/** Says back what was said. */
export async function* echo(turn: Turn): AsyncIterable<AgentEvent> {
  yield { type: "text", delta: `you said ${turn.input.text}` };
  yield { type: "done" };
}

/** Thinks until it is stopped. */
export async function* never(_turn: Turn, signal: AbortSignal): AsyncIterable<AgentEvent> {
  await new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error)));
  yield { type: "done" };
}

const openAccess: AccountAccess = {
  dmPolicy: "open",
  groupPolicy: "open",
  dmPolicyWritten: true,
  groupPolicyWritten: true,
  allowFrom: [],
  groupAllowFrom: [],
  groups: {},
  requireMention: true,
  configPath: "channels.chat",
};

/** Every journal the core runs on. */
export const journals: readonly (readonly [string, (directory: string) => Promise<Journal>])[] = [
  ["memory", async () => createMemoryJournal()],
  ["sqlite", (directory) => openSqliteJournal({ file: join(directory, "journal.sqlite") })],
];

/** Waits for what comes of itself. A machine with other things to do may take seconds for it. */
export function eventually<T>(check: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(check, { timeout: 10_000, interval: 5 });
}

/** Starts the core over `journal`. */
export async function openScene(journal: Journal, script: Script = {}): Promise<Scene> {
  const { clock = realTime } = script;
  const shown: OutboundMessage[] = [];
  const asked: Turn[] = [];
  const warnings: Scene["warnings"] = [];
  const facts: AccountFacts = {
    access: { ...openAccess, ...script.access },
    text: { maxLength: 4_000, unit: "utf16-units" },
    streaming: script.streaming ?? "auto",
    idempotencyWindowMs: 3_600_000,
    redelivers: script.redelivers ?? true,
  };
  const nothing = () => {};
  const gateway = createGateway(
    {
      journal,
      channels: {
        facts: (channel, account) => (channel === "chat" && account === "main" ? facts : undefined),
        async send(_channel, _account, message) {
          const receipt = (await script.send?.(message)) ?? { messageId: `m${shown.length}` };
          shown.push(message);
          return receipt;
        },
        startTyping: () => undefined,
        stopTyping: async () => {},
        stream: () => script.stream,
      },
      agents: {
        run(turn, signal) {
          asked.push(turn);
          return (script.answer ?? echo)(turn, signal);
        },
      },
      clock,
      random: Math.random,
      log: {
        debug: nothing,
        info: nothing,
        error: nothing,
        warn: (message, fields) => void warnings.push({ message, ...fields }),
      },
    },
    { ...defaultSettings, ...script.settings },
  );
  if (script.held === true) gateway.hold();
  await gateway.start();
  let count = 0;
  return {
    gateway,
    shown,
    asked,
    warnings,
    async says(text, change = {}) {
      count += 1;
      const event: InboundEvent = {
        eventId: `e${count}`,
        messageId: `m${count}`,
        kind: "message",
        conversation: { id: "room", type: "direct" },
        sender: { id: "ann", name: "Ann" },
        text,
        addressed: true,
        sentAtMs: clock.now(),
        ...change,
      };
      const [acceptance] = await gateway.inbound("chat", "main").accept([event]);
      return acceptance ?? "nothing";
    },
    async room(wanted) {
      await eventually(() => expect(shown.length).toBeGreaterThanOrEqual(wanted));
      return shown.map(({ content }) => (content.type === "markdown" ? content.markdown : content.type));
    },
    turns: (wanted) => eventually(() => expect(asked.length).toBeGreaterThanOrEqual(wanted)),
  };
}
