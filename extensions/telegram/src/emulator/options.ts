import type { EmulatorClock } from "@loong/emulator-kit";

export interface BotOptions {
  /** `<bot id>:<35 letters>`, as BotFather writes it. */
  readonly token: string;
  /** Without the `@`. */
  readonly username: string;
  readonly name: string;
  /** The number before the colon of the token when absent. */
  readonly id?: number;
  /** `true`: privacy mode is off, the bot reads every group message. */
  readonly canReadAllGroupMessages?: boolean;
  /** `true`: private chats with this bot may have topics. */
  readonly privateTopics?: boolean;
}

/** `10.0` is what self-hosted servers play: no rich messages, drafts cannot be stopped. */
export type ApiLevel = "10.0" | "10.3";

export interface EmulatorOptions {
  /** 0 or absent: a free one. */
  readonly port?: number;
  readonly host?: string;
  readonly bots?: readonly BotOptions[];
  readonly apiLevel?: ApiLevel;
  /** Applies the platform's send rates: about 1/s per chat, 20/min per group, 30/s in all. */
  readonly strictRates?: boolean;
  /** Id of each bot's first update. Absent: a large random one. */
  readonly firstUpdateId?: number;
  readonly clock?: EmulatorClock;
  /** How long the platform waits for a webhook to answer. */
  readonly webhookTimeoutMs?: number;
  /** How long the link of a file works after `getFile`. */
  readonly fileLinkTtlMs?: number;
  /** How long a draft stays on the screen. */
  readonly draftTtlMs?: number;
  /** How much is remembered; the oldest is forgotten first. */
  readonly keep?: { readonly requests?: number; readonly updates?: number };
}

export interface Settings {
  readonly apiLevel: ApiLevel;
  readonly strictRates: boolean;
  readonly firstUpdateId: number | undefined;
  readonly webhookTimeoutMs: number;
  readonly fileLinkTtlMs: number;
  readonly draftTtlMs: number;
  readonly keepRequests: number;
  readonly keepUpdates: number;
}

const SECOND_MS = 1000;
const HOUR_MS = 3600 * SECOND_MS;

export const DEFAULT_BOT: BotOptions = {
  token: "123456:emulator-token-AAAAAAAAAAAAAAAAAAAAAAA",
  username: "loong_bot",
  name: "Loong",
};

export function settle(options: EmulatorOptions): Settings {
  return {
    apiLevel: options.apiLevel ?? "10.3",
    strictRates: options.strictRates ?? false,
    firstUpdateId: options.firstUpdateId,
    webhookTimeoutMs: options.webhookTimeoutMs ?? 60 * SECOND_MS,
    fileLinkTtlMs: options.fileLinkTtlMs ?? HOUR_MS,
    draftTtlMs: options.draftTtlMs ?? 30 * SECOND_MS,
    keepRequests: options.keep?.requests ?? 5000,
    keepUpdates: options.keep?.updates ?? 20_000,
  };
}
