import type {
  AttachmentKind,
  ConversationRef,
  ConversationType,
  InboundEvent,
  MessageRef,
  OutboundMessage,
  Receipt,
} from "./messages.ts";
import type { DmPolicy, GroupPolicy, PolicySupport } from "./policy.ts";
import type { ConfigSchema } from "./schema.ts";

/** A messaging platform Loong can speak to: the default export of a channel package, made by `defineChannel`. */
export interface ChannelPlugin<Account = unknown> {
  /** `"acme"`: key in config, in selectors and in every conversation id. Never changes once released. */
  readonly id: string;
  /** `["acme-chat"]`: accepted wherever an id is. */
  readonly aliases?: readonly string[];
  /** Shown to people: `"Acme Chat"`. */
  readonly label: string;
  readonly accounts: AccountContract<Account>;
  /** Closed unless the operator opens it: the default is not `open`. */
  readonly dmPolicy: PolicySupport<DmPolicy>;
  /** Closed unless the operator opens it: the default is not `open`. */
  readonly groupPolicy: PolicySupport<GroupPolicy>;
  /** Where accounts differ, what every one of them takes: a part that is shorter than it could be is still right. */
  readonly text: TextLimits;
  /**
   * Whether channels receive: `open(...)` gives one with `serve`, with `webhook`, or with both. Outbound-only channels
   * never join the gateway's reply loop.
   */
  readonly serves: boolean;
  /**
   * How long the platform remembers an idempotency key, in milliseconds. Absent: it takes none. Where accounts differ, the
   * shortest; absent when one of them takes none, since a key that is not remembered doubles a message.
   */
  readonly idempotencyWindowMs?: number;
  /**
   * `false`: the platform knows no acknowledgement and delivers nothing again, so a room is told when its message may be
   * gone. Absent: what was not acknowledged comes again.
   */
  readonly redelivers?: false;
  /**
   * Prepares one account. Does no I/O and starts nothing.
   *
   * It is given what the schema allows, with secrets as they are now; a channel never asks for them again. When the
   * operator changes a value, or the platform refuses the credentials, it is closed and another one opened with those of
   * that time.
   *
   * @throws LoongError when these values can never work together, with the outcome `bad-credentials`. Better is a channel
   *   that says so from `probe`, `send` and `serve`: then `probe` shows it beside everything else.
   */
  open(account: Account, host: ChannelHost): Channel;
}

/** What an account is, for the host that validates it before a line of the plugin runs. */
export interface AccountContract<Account> {
  /** Keys of one account beside those every channel has (`enabled`, `dmPolicy`, `allowFrom`, …). */
  readonly schema: ConfigSchema<Account>;
  /**
   * How an operator writes where a message goes: `{ form: "room id or e-mail address", examples: ["room-7"] }`. Not
   * `required`: the account itself says where, `to` may be empty, and there need be no example.
   */
  readonly target: { readonly form: string; readonly required: boolean; readonly examples: readonly string[] };
}

/** The longest text one message carries. `delivery` cuts longer replies at safe places and sends parts in order. */
export interface TextLimits {
  /** Of the text or markdown of one message, in `unit`. */
  readonly maxLength: number;
  readonly unit: "utf8-bytes" | "utf16-units";
}

/**
 * One account. `probe` and `send` are the whole obligation; `serve` makes it runtime-backed.
 *
 * Between `open` and `close`, everything but `serve` may be called at any time, before, during and after a `serve`, also
 * while other calls are under way. Of `serve` one at most is under way; after it has ended it may be called again.
 */
export interface Channel {
  /** Asks the platform whether these credentials work; never "ok" on trust. Reports what is wrong instead of throwing. */
  probe(signal: AbortSignal): Promise<ProbeReport>;
  /**
   * Resolves when the platform has taken the message.
   * @throws LoongError with an `outcome`; an error without one counts as `unknown`.
   */
  send(message: OutboundMessage, signal: AbortSignal): Promise<Receipt>;
  /**
   * Receives until `signal` aborts, then resolves. Rejecting means the connection is over: the supervisor reconnects
   * with backoff, or waits for new credentials when the error says `bad-credentials`.
   *
   * When `signal` aborts, nothing new is taken. What `accept` is just storing may be waited for and acknowledged; what was
   * not handed over stays unacknowledged. It resolves within two seconds, and hands nothing over afterwards. The channel
   * goes on sending.
   */
  serve?(inbound: Inbound, signal: AbortSignal): Promise<void>;
  /**
   * Frees sockets and timers, idle ones included. A second call does nothing; no other call follows.
   *
   * The host aborts `serve` and waits for it before it closes, though not for ever, and sends may still be under way. They
   * are let end within two seconds or cut short, and end truthfully: with `not-sent` when nothing has left, else `unknown`.
   */
  close(): Promise<void>;

  // Abilities: being there is the capability.
  readonly webhook?: WebhookFeature;
  readonly typing?: TypingFeature;
  readonly reactions?: ReactionFeature;
  readonly edit?: EditFeature;
  readonly stream?: StreamFeature;
  readonly media?: MediaFeature;
}

/** What `probe` found. */
export interface ProbeReport {
  /** The platform has accepted the credentials, and the account can do what its config asks of it. */
  readonly ok: boolean;
  /** The platform's id and name of the account: `{ id: "bot-7", name: "Ops Bot" }`. */
  readonly identity?: { readonly id: string; readonly name?: string };
  /** What is wrong and what to do, each with a code of the plugin's error table. Empty when `ok`. */
  readonly problems: readonly Problem[];
  /** What works and is still worth knowing: "in groups the bot sees only messages that mention it". */
  readonly notices?: readonly Problem[];
}

/** Something wrong, or worth knowing, in words for the operator and without a secret. */
export interface Problem {
  /** `"ACME_TOKEN_REFUSED"`, of the plugin's error table. */
  readonly code: string;
  readonly message: string;
  /** The command or config key that mends it. */
  readonly hint?: string;
}

/**
 * The way into the gateway for one account. Good until the call that was given it (`serve`, `handle`) has ended: after
 * that, `accept` may reject and `report` goes unheard.
 */
export interface Inbound {
  /**
   * Hands events over in the order they came. Resolves once they are stored with fsync: only then acknowledge to the
   * platform. Rejects when nothing was stored: do not acknowledge.
   *
   * @param cursor - A poll offset, stored in the same transaction and given back by `cursor()`.
   */
  accept(events: readonly InboundEvent[], cursor?: string): Promise<readonly Acceptance[]>;
  /** The cursor that was stored last, also by an earlier process; `undefined` before the first. */
  cursor(): Promise<string | undefined>;
  /** Says how the connection stands. `connected` needs proof that inbound works: a pong, an event, a poll answered. */
  report(state: LinkState): void;
}

/**
 * What became of one event, in the order they were handed over. All three are safe to acknowledge. `ignored` is not
 * answered: the bot's own words, talk that is not addressed to it, or an event that lacks an id, which the log says.
 */
export type Acceptance = "stored" | "duplicate" | "ignored";

/** How the connection of an account stands. What ends `serve` is thrown, not reported. */
export type LinkState =
  | { readonly state: "connecting" }
  | { readonly state: "connected" }
  /**
   * The channel gets it back by itself. `reason` and `hint` are words for the operator. `conflict`: somebody else holds it
   * now, and it is waited for.
   */
  | {
      readonly state: "disconnected";
      readonly reason: string;
      readonly hint?: string;
      readonly retryInMs?: number;
      readonly conflict?: boolean;
    };

/** What the host lends to one account. Everything it lends is data or a call that could cross a process. */
export interface ChannelHost {
  /** `"work"`: the operator's name for the account, unique within the channel. */
  readonly accountId: string;
  readonly log: Logger;
  readonly clock: HostClock;
  /** Absolute path of a folder of this account's own; the channel makes it when it needs it. Holds caches, never truth. */
  readonly dataDir: string;
}

/** The host's clock; tests hold it still. */
export interface HostClock {
  /** Milliseconds since 1970. */
  now(): number;
}

/** The gateway's log, for operators. Lines name the account by themselves; its secrets are struck out. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}
/** Facts beside a line: `{ attempt: 3, status: 502 }`. */
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** The platform calls us. The host serves `path`, bounds size and time, and answers `GET` with `OK`. */
export interface WebhookFeature {
  /** `"/acme/events"`. One account per path. */
  readonly path: string;
  /** `"127.0.0.1:8080"`: a listener of its own instead of the gateway's port. */
  readonly bind?: string;
  /**
   * Verifies the raw bytes, then parses, hands the events to `inbound.accept`, and answers. What it throws becomes 503
   * without an acknowledgement; a forged request is an answer (401), not an error.
   */
  handle(request: WebhookRequest, inbound: Inbound): Promise<WebhookResponse>;
}

/** One request as plain data. Header names are lower case; a header sent twice is a list. */
export interface WebhookRequest {
  /** Upper case: `"POST"`. */
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The bytes as they came, for the signature. Empty when there were none. */
  readonly body: Uint8Array;
}

/** What the platform is answered. */
export interface WebhookResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Why it was refused, for the counters and the log: `"signature"`. Never sent. */
  readonly refused?: string;
}

/** Shows that an answer is coming. `start` gives a handle that `stop` takes back. Both are best effort: a throw is logged. */
export interface TypingFeature {
  start(at: MessageRef, signal: AbortSignal): Promise<string>;
  stop(handle: string, signal: AbortSignal): Promise<void>;
}

/** Puts a small sign at a message, and takes it away again. Both throw a LoongError with an `outcome`. */
export interface ReactionFeature {
  /**
   * @param emoji - One emoji of Unicode (`"👍"`), or the platform's own name for a sign (`"thumbs_up"`). A platform of names
   *   is told the name of an emoji that it has; a platform of emoji passes its own on as they are.
   * @returns the id that `remove` takes.
   * @throws LoongError `rejected` for a sign that the platform does not have.
   */
  add(at: MessageRef, emoji: string, signal: AbortSignal): Promise<string>;
  remove(at: MessageRef, reactionId: string, signal: AbortSignal): Promise<void>;
}

/** Changes what a message of this account says. */
export interface EditFeature {
  /**
   * Shows `message` in the place of what was there. Its `to`, `threadId` and `inReplyTo` are those of the message.
   * @throws LoongError with an `outcome`; `rejected` when it cannot be changed any more.
   */
  edit(at: MessageRef, message: OutboundMessage, signal: AbortSignal): Promise<void>;
}

/**
 * Shows an answer while it is written. What it shows is a preview: it may be lost, late or behind. The answer itself is
 * said by `send`, whose message carries the preview it takes the place of, so that the room shows the answer once.
 */
export interface StreamFeature {
  /** The least time from the start of one call for a preview to the start of the next, by the limits of the platform. */
  readonly intervalMs: Readonly<Record<ConversationType, number>>;
  /**
   * Shows the first words.
   *
   * @returns the preview, as text of at most 512 characters that `update`, `discard` and `send` understand, also in a later process.
   * @throws LoongError when this conversation shows no preview; the answer is then only sent.
   */
  open(at: PreviewPlace, markdown: string, signal: AbortSignal): Promise<string>;
  /**
   * Shows the whole text so far in place of what was there. Longer text than one message carries is cut by the channel.
   *
   * @returns the preview as it is known from now on.
   */
  update(preview: string, markdown: string, signal: AbortSignal): Promise<string>;
  /** Ends a preview that no answer will follow: takes it away, or leaves it closed where the platform cannot. */
  discard(preview: string, signal: AbortSignal): Promise<void>;
}

/** Where a preview appears and what it will answer. */
export interface PreviewPlace {
  readonly conversation: ConversationRef;
  /** The message being answered. */
  readonly messageId: string;
  /** At most 50 characters of `[a-z0-9]`, the same for every preview of one answer. */
  readonly idempotencyKey: string;
}

/** Fetches what came with a message. */
export interface MediaFeature {
  /** Kinds that it can fetch. */
  readonly inbound: readonly AttachmentKind[];
  /**
   * Writes the bytes to a new file in `directory` under a name of its own making: nothing of the platform's gets into a path.
   *
   * @param ref - `Attachment.ref`.
   * @throws LoongError with an `outcome`; `rejected` when there are more than `maxBytes`.
   */
  fetch(at: MessageRef, ref: string, options: MediaFetch, signal: AbortSignal): Promise<FetchedMedia>;
}
/** What to fetch, and where to. */
export interface MediaFetch {
  readonly kind: AttachmentKind;
  /** Absolute path of a folder that is there. */
  readonly directory: string;
  readonly maxBytes: number;
}
/** A file that was fetched. */
export interface FetchedMedia {
  /** Absolute, a plain file in `MediaFetch.directory`. */
  readonly path: string;
  readonly mimeType: string;
  readonly sizeBytes: number;
}
