import type { HostClock, Logger, Problem } from "./channel.ts";
import type { Attachment, ConversationRef, Sender } from "./messages.ts";
import type { ConfigSchema } from "./schema.ts";

/** Something that answers: the default export of an agent package, made by `defineAgent`. */
export interface AgentPlugin<Settings = unknown> {
  /** `"llm"`: what `agent.use` names. */
  readonly id: string;
  /** Shown to people: `"Language model"`. */
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

/** An agent with its settings. `run` is the whole obligation; `models` is there when it chooses among models. */
export interface AgentRuntime {
  /**
   * One turn. Yields text as it comes and ends with `done`; throws a `LoongError` when there is no answer, with
   * `outcome: "not-sent"` and `retryAfterMs` where trying again later makes sense. Several turns may run at once.
   *
   * @param signal - Aborts the turn; it then ends within two seconds, without `done`.
   */
  run(turn: Turn, signal: AbortSignal): AsyncIterable<AgentEvent>;
  readonly models?: ModelsFeature;
  /** Frees sockets and timers. A second call does nothing. */
  close(): Promise<void>;
}

/** Everything an agent needs to know to answer once. Plain data. */
export interface Turn {
  /** `"42"`: the same when the turn is tried again, also after a crash. */
  readonly id: string;
  /** `"acme/default/room-7"`: the same for every turn of one conversation. */
  readonly conversationKey: string;
  readonly conversation: ConversationRef;
  /** The one of the group, else the one of the gateway. Absent: the operator wrote none. */
  readonly systemPrompt?: string;
  /** Oldest first; complete exchanges only. */
  readonly history: readonly TranscriptEntry[];
  readonly input: TurnInput;
}

/** What is to be answered. */
export interface TurnInput {
  readonly sender: Sender;
  /** As `InboundEvent.text`: may be empty beside attachments. */
  readonly text: string;
  readonly attachments?: readonly Attachment[];
}

/** One message of the conversation so far. */
export interface TranscriptEntry {
  readonly role: "user" | "assistant";
  /** Who said it, in groups. */
  readonly name?: string;
  readonly text: string;
  /** When it was said, in milliseconds since 1970. */
  readonly atMs: number;
}

/** What a turn yields: text as it comes, then `done` once, and nothing after it. */
export type AgentEvent =
  /** More of the answer, in markdown. The answer is all deltas joined. */
  | { readonly type: "text"; readonly delta: string }
  | { readonly type: "done"; readonly model?: string; readonly usage?: TokenUsage };

/** What one turn took, as the provider counts tokens. */
export interface TokenUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** What the host lends to an agent. */
export interface AgentHost {
  readonly log: Logger;
  /** Absolute path of a folder of this agent's own, made on first use. Holds caches, never truth. */
  readonly dataDir: string;
  readonly clock: HostClock;
}

/** For agents that choose among models. */
export interface ModelsFeature {
  /** Asks the provider. @throws LoongError when it gives no list. */
  list(signal: AbortSignal): Promise<ModelList>;
  /**
   * Asks the provider whether the credentials work and which model `auto` picks. Reports what is wrong instead of throwing.
   */
  probe(signal: AbortSignal): Promise<AgentProbe>;
}

/** The models that these credentials may use. */
export interface ModelList {
  /** The operator's name for the provider: the key in the config file. */
  readonly providerId: string;
  /** What it is: `"openai-compatible"`. */
  readonly providerKind: string;
  /** The URL that was asked, without credentials. */
  readonly modelsEndpoint: string;
  readonly models: readonly ModelInfo[];
}

/** One model, as far as the provider describes it. */
export interface ModelInfo {
  /** As a request names it. */
  readonly id: string;
  /** Can hold a conversation: not an image, video, embedding or speech model. */
  readonly chat: boolean;
  /** The provider has announced its end. */
  readonly retiring?: boolean;
  /** Milliseconds since 1970. */
  readonly createdAtMs?: number;
}

/** What `ModelsFeature.probe` found. */
export interface AgentProbe {
  /** The credentials work, and a turn would find a model. */
  readonly ok: boolean;
  readonly providerId: string;
  readonly providerKind: string;
  /** The model a turn would use now. */
  readonly model?: string;
  readonly modelCount?: number;
  /** What is wrong and what to do. Empty when `ok`. */
  readonly problems: readonly Problem[];
}
