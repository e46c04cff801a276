import type { DmPolicy, GroupPolicy, StreamingMode } from "@loong/sdk";
import type { ConfigSource } from "./source/config-source.ts";

/** The environment as an argument: nothing here reads `process.env`. */
export type Env = Readonly<Record<string, string | undefined>>;

export type ConfigFormat = "yaml" | "json" | "toml";

/** Keys from the root down; list members by their index. */
export type KeyPath = readonly string[];

/** Something wrong in the file, where it stands, and what to do. Never holds a secret's value. */
export interface ConfigProblem {
  readonly code: string;
  /** An error keeps its account (or its section) from being used; a warning keeps nothing. */
  readonly severity: "error" | "warning";
  readonly message: string;
  readonly hint: string;
  readonly file: string;
  /** From 1. */
  readonly line?: number;
  readonly column?: number;
  /** As the operator wrote it: `chat.accounts.work.app_id`. */
  readonly path?: string;
  readonly expected?: string;
  /** The known key that looks most like the unknown one. */
  readonly nearest?: string;
  readonly channel?: string;
  readonly account?: string;
}

/** The whole configuration, read once. Secrets stay unresolved until `resolveAccount` and `resolveSettings`. */
export interface Config {
  readonly file: ConfigFile;
  /** All problems, those of the accounts included. */
  readonly problems: readonly ConfigProblem[];
  readonly gateway: GatewaySection;
  readonly agent: AgentSection;
  readonly plugins: PluginsSection;
  readonly log: { readonly level: "debug" | "info" | "warn" | "error" };
  /** Every account of every channel whose manifest is known, in the order of the file. */
  readonly accounts: readonly AccountConfig[];
  /** Channel blocks that no known manifest answers to. */
  readonly unknownChannels: readonly string[];
  /** What the resolving functions need; shows nothing when printed. */
  readonly source: ConfigSource;
}

export interface ConfigFile {
  readonly path: string;
  readonly format: ConfigFormat;
  readonly exists: boolean;
  /** The file was torn, so this is the copy that was kept when it was last good. */
  readonly usedLastGood: boolean;
}

export interface GatewaySection {
  readonly port: number;
  readonly bind: string;
  readonly drainTimeoutMs: number;
  /** Of one sender; 0 answers any number. */
  readonly messagesPerMinute: number;
  /** Days after which the text of what has ended is forgotten. */
  readonly keepTextDays: number;
  /** Days after which it is forgotten that there was anything. */
  readonly keepIdsDays: number;
  /** Where the platforms reach this gateway: `"https://bots.example.com"`. */
  readonly publicUrl?: string;
}

export interface AgentSection {
  /** Id of the agent plugin that answers. */
  readonly use: string;
  readonly systemPrompt?: string;
  readonly historyMessages: number;
  readonly turnTimeoutMs: number;
  readonly maxConcurrentTurns: number;
}

export interface PluginsSection {
  /** Absolute: `~` and paths relative to the config file are worked out. */
  readonly paths: readonly string[];
  readonly entries: Readonly<Record<string, PluginEntry>>;
}

export interface PluginEntry {
  readonly enabled?: boolean;
  readonly isolation?: "inline" | "process";
}

/** One account: the channel's block with `accounts.<id>` laid over it. */
export interface AccountConfig {
  readonly channel: string;
  readonly id: string;
  readonly isDefault: boolean;
  /** How the default account of this channel was chosen. */
  readonly defaultSource: "explicit" | "named-default" | "first" | "only";
  /** Stands under `accounts.<id>`: a selector needs that. */
  readonly named: boolean;
  readonly enabled: boolean;
  readonly name?: string;
  /** As written: `"channels.chat.accounts.work"`, `"chat"`. */
  readonly configPath: string;
  readonly access: AccessConfig;
  readonly streaming: StreamingMode;
  /** With an error among them, the account must not run. */
  readonly problems: readonly ConfigProblem[];
}

/** Who may speak to an account, and where. */
export interface AccessConfig {
  readonly dmPolicy: DmPolicy;
  readonly groupPolicy: GroupPolicy;
  readonly dmPolicyWritten: boolean;
  readonly groupPolicyWritten: boolean;
  readonly allowFrom: readonly string[];
  readonly groupAllowFrom: readonly string[];
  /** By conversation id; `"*"` is every other group. */
  readonly groups: Readonly<Record<string, GroupAccessConfig>>;
  readonly requireMention: boolean;
  /** Absent: no boundary. Empty: nobody. */
  readonly allowedConversationIds?: readonly string[];
  readonly allowedSenderIds?: readonly string[];
  readonly configPath: string;
}

export interface GroupAccessConfig {
  readonly enabled?: boolean;
  readonly requireMention?: boolean;
  readonly allowFrom?: readonly string[];
  readonly systemPrompt?: string;
}
