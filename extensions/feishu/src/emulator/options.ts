import type { EmulatorClock } from "@loong/emulator-kit";

/** Which of the two separate clouds an app lives in. */
export type Brand = "feishu" | "lark";

/** What the long connection tells its clients, in seconds; -1 reconnects without end. */
export interface ClientConfig {
  readonly ReconnectCount: number;
  readonly ReconnectInterval: number;
  readonly ReconnectNonce: number;
  readonly PingInterval: number;
}

export interface AppOptions {
  /** `cli_` and 16 hex digits; the official SDK refuses anything else. */
  readonly appId: string;
  readonly appSecret: string;
  readonly botName: string;
  readonly domain?: Brand;
  /** Encrypts and signs webhook pushes. Absent: plain bodies, only the verification token speaks for them. */
  readonly encryptKey?: string;
  readonly verificationToken?: string;
  /** Granted permissions. Absent: all of them. */
  readonly scopes?: readonly string[];
  /** Subscribed events. Absent: all of them. */
  readonly events?: readonly string[];
  /** `false`: the bot ability was never switched on, so bot APIs answer 99991668. */
  readonly botEnabled?: boolean;
}

export interface EmulatorOptions {
  /** 0 or absent: a free one. */
  readonly port?: number;
  readonly host?: string;
  readonly apps?: readonly AppOptions[];
  /** Plays only one of the two clouds: apps of the other are refused. Absent: plays both. */
  readonly domain?: Brand;
  readonly clientConfig?: Partial<ClientConfig>;
  /** Applies the platform's request rates: 50/s and 1000/min per app and API, 5/s per chat, user and edited message. */
  readonly strictRates?: boolean;
  readonly clock?: EmulatorClock;
  /** Waits before the second, third, … attempt of an event that was not acknowledged. */
  readonly redeliveryDelaysMs?: readonly number[];
  /** How long the platform waits for an acknowledgement. */
  readonly ackTimeoutMs?: number;
  /** Lifetime of a tenant token. */
  readonly tokenTtlSeconds?: number;
  /** Cuts event payloads above this size into several frames. Absent: never. */
  readonly fragmentBytes?: number;
  /** Most tables in one card before 230099. */
  readonly maxCardTables?: number;
  /** How much is remembered; the oldest is forgotten first. */
  readonly keep?: { readonly requests?: number; readonly events?: number; readonly messagesPerChat?: number };
}

export interface Settings {
  readonly host: string;
  readonly port: number;
  readonly brand: Brand | undefined;
  readonly clientConfig: ClientConfig;
  readonly strictRates: boolean;
  readonly redeliveryDelaysMs: readonly number[];
  readonly ackTimeoutMs: number;
  readonly tokenTtlMs: number;
  readonly fragmentBytes: number;
  readonly maxCardTables: number;
  readonly keepRequests: number;
  readonly keepEvents: number;
  readonly keepMessagesPerChat: number;
}

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/**
 * The platform's waits between attempts.
 * @see https://open.feishu.cn/document/server-docs/event-subscription-guide/overview (read 2026-05)
 */
const REDELIVERY_DELAYS_MS: readonly number[] = [15 * SECOND_MS, 5 * MINUTE_MS, HOUR_MS, 6 * HOUR_MS];

/** The real platform sends 120 s everywhere; these keep a reconnecting client quick. */
const QUICK_CLIENT: ClientConfig = { ReconnectCount: -1, ReconnectInterval: 1, ReconnectNonce: 0, PingInterval: 5 };

export const DEFAULT_APP: AppOptions = {
  appId: "cli_a9f6c72aa7b85bca",
  appSecret: "emulator-secret",
  botName: "Loong",
  verificationToken: "emulator-verification-token",
};

export function settle(options: EmulatorOptions): Settings {
  return {
    host: options.host ?? "127.0.0.1",
    port: options.port ?? 0,
    brand: options.domain,
    clientConfig: { ...QUICK_CLIENT, ...options.clientConfig },
    strictRates: options.strictRates ?? false,
    redeliveryDelaysMs: options.redeliveryDelaysMs ?? REDELIVERY_DELAYS_MS,
    ackTimeoutMs: options.ackTimeoutMs ?? 3 * SECOND_MS,
    tokenTtlMs: (options.tokenTtlSeconds ?? 7200) * SECOND_MS,
    fragmentBytes: options.fragmentBytes ?? Number.POSITIVE_INFINITY,
    maxCardTables: options.maxCardTables ?? 5,
    keepRequests: options.keep?.requests ?? 5000,
    keepEvents: options.keep?.events ?? 20_000,
    keepMessagesPerChat: options.keep?.messagesPerChat ?? Number.POSITIVE_INFINITY,
  };
}
