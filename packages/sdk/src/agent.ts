import type { Logger, Problem } from "./channel.ts";
import type { Attachment, ConversationRef, Sender } from "./messages.ts";
import type { ConfigSchema } from "./schema.ts";

/** Something that answers: the default export of an agent package, made by `defineAgent`. */
export interface AgentPlugin<Settings = unknown> {
  /** `"llm"`: what `agent.use` names. */
  readonly id: string;
  readonly label: string;
  readonly settings: SettingsContract<Settings>;
  /** Prepares the agent. Does no I/O and loads nothing heavy before the first turn. */
  open(settings: Settings, host: AgentHost): AgentRuntime;
}

/** Which parts of the config file an agent owns. */
export interface SettingsContract<Settings> {
  /** Keys at the top of the file: `["activeProvider", "providers"]`. `open` gets an object of just these. */
  readonly keys: readonly string[];
  /** Schema of that object. Secrets and env names are marked as in accounts. */
  readonly schema: ConfigSchema<Settings>;
}

export interface AgentRuntime {
  /**
   * One turn. Yields text as it comes and ends with `done`; throws a `LoongError` when there is no answer, with
   * `outcome: "not-sent"` and `retryAfterMs` where trying again later makes sense.
   */
  run(turn: Turn, signal: AbortSignal): AsyncIterable<AgentEvent>;
  readonly models?: ModelsFeature;
  close(): Promise<void>;
}

/** Everything an agent needs to know to answer once. Plain data. */
export interface Turn {
  readonly id: string;
  /** `"acme/default/room-7"`: the same for every turn of one conversation. */
  readonly conversationKey: string;
  readonly conversation: ConversationRef;
  readonly systemPrompt?: string;
  /** Oldest first; complete exchanges only. */
  readonly history: readonly TranscriptEntry[];
  readonly input: TurnInput;
}

export interface TurnInput {
  readonly sender: Sender;
  readonly text: string;
  readonly attachments?: readonly Attachment[];
}

export interface TranscriptEntry {
  readonly role: "user" | "assistant";
  /** Who said it, in groups. */
  readonly name?: string;
  readonly text: string;
  readonly atMs: number;
}

export type AgentEvent =
  /** More of the answer, in markdown. The answer is all deltas joined. */
  | { readonly type: "text"; readonly delta: string }
  | { readonly type: "done"; readonly model?: string; readonly usage?: TokenUsage };

export interface TokenUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

export interface AgentHost {
  readonly log: Logger;
  readonly dataDir: string;
  readonly clock: { now(): number };
}

/** For agents that choose among models. */
export interface ModelsFeature {
  list(signal: AbortSignal): Promise<ModelList>;
  /** Asks the provider whether the credentials work and which model `auto` picks. */
  probe(signal: AbortSignal): Promise<AgentProbe>;
}

export interface ModelList {
  readonly providerId: string;
  readonly providerKind: string;
  readonly modelsEndpoint: string;
  readonly models: readonly ModelInfo[];
}

export interface ModelInfo {
  readonly id: string;
  /** Can hold a conversation: not an image, video, embedding or speech model. */
  readonly chat: boolean;
  readonly retiring?: boolean;
  readonly createdAtMs?: number;
}

export interface AgentProbe {
  readonly ok: boolean;
  readonly providerId: string;
  readonly providerKind: string;
  /** The model a turn would use now. */
  readonly model?: string;
  readonly modelCount?: number;
  readonly problems: readonly Problem[];
}
