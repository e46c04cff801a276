import type { ChannelPlugin, WebhookRequest } from "@loong/sdk";
import type { ChannelCaseName } from "./case-names.ts";

export type Awaitable<T> = T | Promise<T>;

/** What `channelConformance` needs to know about a channel. */
export interface ChannelConformanceOptions<Account> {
  readonly plugin: ChannelPlugin<Account>;
  /** The `loong` block of the package's package.json. */
  readonly manifest: unknown;
  /** Added to the title when a channel is checked more than once: `"over webhooks"`. */
  readonly title?: string;
  /** Starts a platform of its own for one test. */
  readonly harness: () => Promise<ChannelHarness<Account>>;
  /** Cases that cannot be checked, each with the reason: `{ "serve-acknowledges": "the platform knows no receipt" }`. */
  readonly skips?: Partial<Readonly<Record<ChannelCaseName, string>>>;
}

/** A pretend platform, with an account on it. */
export interface ChannelHarness<Account> {
  /** Credentials that the platform accepts. */
  readonly account: Account;
  /** The same account with credentials that the platform refuses. */
  readonly wrongAccount: Account;
  /** A conversation that this account may write to, as an operator writes it. */
  readonly target: string;
  /** Written like a target, but there is no such conversation. */
  readonly wrongTarget: string;
  readonly platform: PlatformUnderTest;
  /** Stops the platform. A second call does nothing. */
  close(): Promise<void>;
}

/** What people do and see on the platform. Whatever is optional is asked for only by the cases that need it. */
export interface PlatformUnderTest {
  /** What the bot has said and people can see, in all conversations, oldest first; what it is just writing included. */
  sentMessages(): Awaitable<readonly ShownMessage[]>;
  /** Somebody speaks. Resolves once the platform has it; it does not wait until it is acknowledged. */
  say?(text: string, options?: SayOptions): Awaitable<SaidMessage>;
  /** Delivers `said` once more now, as the platform does when it was not acknowledged. */
  redeliver?(said: SaidMessage): Awaitable<void>;
  /** The next send fails in this way. Says what the platform told the caller. */
  failNext?(fault: SendFault): Awaitable<FaultFacts | void>;
  /** For channels with a webhook: where the platform delivers from now on. */
  deliverTo?(url: string): Awaitable<void>;
  /** For channels with a webhook: requests that are not the platform's. Each must be refused. */
  forge?(): Awaitable<readonly ForgedRequest[]>;
}

/** A message of the bot, as people see it. */
export interface ShownMessage {
  readonly messageId: string;
  readonly conversationId: string;
  /** All words that can be read in it. */
  readonly text: string;
  /** The platform marks it as still being written. Absent: it does not, or it marks nothing. */
  readonly isUnfinished?: boolean;
}

export interface SayOptions {
  /** Where. In private unless told. */
  readonly in?: "direct" | "group";
  /** In a group: mentions the bot. */
  readonly mention?: boolean;
  /** Who speaks: a person unless told. */
  readonly as?: "person" | "this-bot";
}

/** Something that was said, and what the platform knows about it. */
export interface SaidMessage {
  readonly messageId: string;
  readonly conversationId: string;
  readonly senderId: string;
  /** The channel has told the platform that it has this message. */
  acknowledged(): Awaitable<boolean>;
}

/**
 * - `rate-limited`: the platform has not taken the message and asks to wait.
 * - `server-error`: the platform answers that it has failed.
 * - `response-lost`: the platform takes the message, and its answer never arrives.
 */
export type SendFault = "rate-limited" | "server-error" | "response-lost";

export interface FaultFacts {
  /** How long the platform asked to wait. */
  readonly retryAfterMs?: number;
}

export interface ForgedRequest {
  /** What is wrong with it: `"signature of another body"`. */
  readonly what: string;
  readonly request: WebhookRequest;
}
