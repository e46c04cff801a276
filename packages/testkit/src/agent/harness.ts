import type { AgentPlugin } from "@loong/sdk";
import type { AgentCaseName } from "./cases.ts";

type Awaitable<T> = T | Promise<T>;

/** What `agentConformance` needs to know about an agent. */
export interface AgentConformanceOptions<Settings> {
  readonly plugin: AgentPlugin<Settings>;
  /** The `loong` block of the package's package.json. */
  readonly manifest: unknown;
  /** Added to the title when an agent is checked more than once: `"with the messages API"`. */
  readonly title?: string;
  /** Starts whatever stands behind the agent, for one test. */
  readonly harness: () => Promise<AgentHarness<Settings>>;
  /** Cases that cannot be checked, each with the reason: `{ history: "it answers what it hears and keeps nothing" }`. */
  readonly skips?: Partial<Readonly<Record<AgentCaseName, string>>>;
}

export interface AgentHarness<Settings> {
  readonly settings: Settings;
  /** The same settings with credentials that the provider refuses. Asked for only by the cases that need it. */
  readonly wrongSettings?: Settings;
  /** What stands behind the agent. Asked for only by the cases that need it. */
  readonly provider?: ProviderUnderTest;
  /** Stops it. A second call does nothing. */
  close(): Promise<void>;
}

/** A pretend model provider, or whatever else answers for the agent. */
export interface ProviderUnderTest {
  /** Everything the agent has asked since it started, as text, in the order in which it was sent. */
  received(): Awaitable<string>;
  /** The next answer goes wrong in this way. Says what the provider told the agent. */
  failNext(fault: AgentFault): Awaitable<{ readonly retryAfterMs?: number } | void>;
}

/**
 * - `rate-limited`: the provider asks to wait.
 * - `server-error`: the provider answers that it has failed, as often as it is asked in this turn.
 * - `cut-short`: some text comes, then the connection breaks.
 * - `hang`: some text comes, then nothing more.
 */
export type AgentFault = "rate-limited" | "server-error" | "cut-short" | "hang";
