// agent.d.ts
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
{
    readonly type: "text";
    readonly delta: string;
} | {
    readonly type: "done";
    readonly model?: string;
    readonly usage?: TokenUsage;
};
export interface TokenUsage {
    readonly inputTokens: number;
    readonly outputTokens: number;
}
export interface AgentHost {
    readonly log: Logger;
    readonly dataDir: string;
    readonly clock: {
        now(): number;
    };
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

// channel.d.ts
import type { AttachmentKind, ConversationRef, ConversationType, InboundEvent, MessageRef, OutboundMessage, Receipt } from "./messages.ts";
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
    readonly dmPolicy: PolicySupport<DmPolicy>;
    readonly groupPolicy: PolicySupport<GroupPolicy>;
    readonly text: TextLimits;
    /** Whether `open(...)` gives channels that `serve`. Outbound-only channels never join the gateway's reply loop. */
    readonly serves: boolean;
    /** How long the platform remembers an idempotency key. Absent: it takes none. */
    readonly idempotencyWindowMs?: number;
    /** Prepares one account. Does no I/O and starts nothing. */
    open(account: Account, host: ChannelHost): Channel;
}
/** What an account is, for the host that validates it before a line of the plugin runs. */
export interface AccountContract<Account> {
    /** Keys of one account beside those every channel has (`enabled`, `dmPolicy`, `allowFrom`, …). */
    readonly schema: ConfigSchema<Account>;
    /** How an operator writes where a message goes: `{ form: "room id or e-mail address", examples: ["room-7"] }`. */
    readonly target: {
        readonly form: string;
        readonly required: boolean;
        readonly examples: readonly string[];
    };
}
/** The longest text one message carries. `delivery` cuts longer replies at safe places and sends parts in order. */
export interface TextLimits {
    readonly maxLength: number;
    readonly unit: "utf8-bytes" | "utf16-units";
}
/** One account. `probe` and `send` are the whole obligation; `serve` makes it runtime-backed. */
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
     */
    serve?(inbound: Inbound, signal: AbortSignal): Promise<void>;
    /** Frees sockets and timers. A second call does nothing. */
    close(): Promise<void>;
    readonly webhook?: WebhookFeature;
    readonly typing?: TypingFeature;
    readonly reactions?: ReactionFeature;
    readonly edit?: EditFeature;
    readonly stream?: StreamFeature;
    readonly media?: MediaFeature;
}
/** What `probe` found. */
export interface ProbeReport {
    readonly ok: boolean;
    /** The platform's name and id of the account: `{ id: "ou_…", name: "Ops Bot" }`. */
    readonly identity?: {
        readonly id: string;
        readonly name?: string;
    };
    /** What is wrong and what to do, each with a code of the plugin's error table. Empty when `ok`. */
    readonly problems: readonly Problem[];
    /** What works and is still worth knowing: "in groups the bot sees only messages that mention it". */
    readonly notices?: readonly Problem[];
}
export interface Problem {
    readonly code: string;
    readonly message: string;
    readonly hint?: string;
}
/** The way into the gateway for one account. */
export interface Inbound {
    /**
     * Hands events over in the order they came. Resolves once they are stored with fsync: only then acknowledge to the
     * platform. Rejects when nothing was stored: do not acknowledge.
     *
     * @param cursor - A poll offset, stored in the same transaction and given back by `cursor()`.
     */
    accept(events: readonly InboundEvent[], cursor?: string): Promise<readonly Acceptance[]>;
    cursor(): Promise<string | undefined>;
    /** Says how the connection stands. `connected` needs proof that inbound works: a pong, an event, a poll answered. */
    report(state: LinkState): void;
}
/** `stored` and `duplicate` and `ignored` are all safe to acknowledge. */
export type Acceptance = "stored" | "duplicate" | "ignored";
export type LinkState = {
    readonly state: "connecting";
} | {
    readonly state: "connected";
}
/** The channel gets it back by itself. `conflict`: somebody else holds it now, and it is waited for. */
 | {
    readonly state: "disconnected";
    readonly reason: string;
    readonly hint?: string;
    readonly retryInMs?: number;
    readonly conflict?: boolean;
};
/** What the host lends to one account. Everything it lends is data or a call that could cross a process. */
export interface ChannelHost {
    readonly accountId: string;
    readonly log: Logger;
    readonly clock: HostClock;
    /** A folder of this account's own, made on first use. Holds caches, never truth. */
    readonly dataDir: string;
}
export interface HostClock {
    /** Milliseconds since 1970. */
    now(): number;
}
export interface Logger {
    debug(message: string, fields?: LogFields): void;
    info(message: string, fields?: LogFields): void;
    warn(message: string, fields?: LogFields): void;
    error(message: string, fields?: LogFields): void;
}
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
    readonly method: string;
    readonly path: string;
    readonly query: Readonly<Record<string, string>>;
    readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
    readonly body: Uint8Array;
}
export interface WebhookResponse {
    readonly status: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
    /** Why it was refused, for the counters and the log: `"signature"`. Never sent. */
    readonly refused?: string;
}
/** Shows that an answer is coming. `start` gives a handle that `stop` takes back. Both are best effort. */
export interface TypingFeature {
    start(at: MessageRef, signal: AbortSignal): Promise<string>;
    stop(handle: string, signal: AbortSignal): Promise<void>;
}
export interface ReactionFeature {
    add(at: MessageRef, emoji: string, signal: AbortSignal): Promise<string>;
    remove(at: MessageRef, reactionId: string, signal: AbortSignal): Promise<void>;
}
export interface EditFeature {
    edit(at: MessageRef, message: OutboundMessage, signal: AbortSignal): Promise<void>;
}
/**
 * Shows an answer while it is written. What it shows is a preview: it may be lost, late or behind. The answer itself is
 * said by `send`, whose message carries the preview it takes the place of, so that the room shows the answer once.
 */
export interface StreamFeature {
    /** The least time from the start of one call for a preview to the start of the next, by the platform's limits. */
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
/** Fetches what came with a message into a file under `directory` and gives its path. */
export interface MediaFeature {
    readonly inbound: readonly AttachmentKind[];
    fetch(at: MessageRef, ref: string, options: MediaFetch, signal: AbortSignal): Promise<FetchedMedia>;
}
export interface MediaFetch {
    readonly kind: AttachmentKind;
    readonly directory: string;
    readonly maxBytes: number;
}
export interface FetchedMedia {
    readonly path: string;
    readonly mimeType: string;
    readonly sizeBytes: number;
}

// define.d.ts
import type { AgentPlugin } from "./agent.ts";
import type { ChannelPlugin } from "./channel.ts";
/** Checks the shape of a channel and types its account. The result is the package's default export. */
export declare function defineChannel<Account>(plugin: ChannelPlugin<Account>): ChannelPlugin<Account>;
/** Checks the shape of an agent and types its settings. The result is the package's default export. */
export declare function defineAgent<Settings>(plugin: AgentPlugin<Settings>): AgentPlugin<Settings>;

// errors.d.ts
/**
 * What a failed call means for the words it carried. Channels classify; `delivery` and the supervisor decide once, for
 * all channels.
 *
 * - `not-sent`: the platform has not taken it; the same send is safe to repeat, after `retryAfterMs` when given.
 * - `rejected`: the platform refuses this message for good.
 * - `bad-credentials`: the platform refuses this account until its credentials change.
 * - `conflict`: somebody else holds the connection of this account.
 * - `unknown`: bytes may have been taken; nobody can tell.
 */
export type FailureOutcome = "not-sent" | "rejected" | "bad-credentials" | "conflict" | "unknown";
export interface LoongErrorOptions {
    readonly hint?: string;
    readonly outcome?: FailureOutcome;
    /** How long the platform asks to wait, in milliseconds. */
    readonly retryAfterMs?: number;
    readonly cause?: unknown;
}
/** The one error class: a code, what happened, and a hint with the command or key that mends it. */
export declare class LoongError extends Error {
    readonly name = "LoongError";
    readonly code: string;
    readonly hint: string | undefined;
    readonly outcome: FailureOutcome | undefined;
    readonly retryAfterMs: number | undefined;
    constructor(code: string, message: string, options?: LoongErrorOptions);
    /** Plain data, for a process boundary or `--json`. The cause stays behind: it may hold a secret. */
    toJSON(): SerializedError;
}
export interface SerializedError {
    readonly code: string;
    readonly message: string;
    readonly hint?: string;
    readonly outcome?: FailureOutcome;
    readonly retryAfterMs?: number;
}
/** Is this a `LoongError`, also one made by another copy of this package? */
export declare function isLoongError(error: unknown): error is LoongError;
/** One row of an error table. Functions take the facts of the case. */
export interface ErrorSpec<Args extends readonly unknown[]> {
    readonly message: string | ((...args: Args) => string);
    readonly hint: string | ((...args: Args) => string);
    readonly outcome?: FailureOutcome;
}
type ErrorTable = Record<string, ErrorSpec<never>>;
type ArgsOf<Spec> = Longer<Spec extends {
    message: (...args: infer Args) => string;
} ? Args : readonly [], Spec extends {
    hint: (...args: infer Args) => string;
} ? Args : readonly []>;
/** A row's message and hint are given the same facts; one of them may use fewer. */
type Longer<A extends readonly unknown[], B extends readonly unknown[]> = B extends readonly [...A, ...unknown[]] ? B : A;
/** Makes the error of one row; `options` adds the cause and what only this case knows. */
export type ErrorFactory<Args extends readonly unknown[]> = (args: Args, options?: Omit<LoongErrorOptions, "hint">) => LoongError;
/**
 * One table per package: `{ CODE: { message, hint, outcome? } }` becomes `{ CODE: factory }`.
 *
 * @example throw hostErrors.GATEWAY_PORT_TAKEN([18789], { cause });
 */
export declare function defineErrors<const Table extends ErrorTable>(table: Table): {
    readonly [Code in keyof Table]: ErrorFactory<ArgsOf<Table[Code]>>;
} & {
    readonly codes: readonly string[];
};
export {};

// manifest.d.ts
import type { AgentPlugin } from "./agent.ts";
import type { ChannelPlugin, TextLimits } from "./channel.ts";
import type { JsonValue } from "./messages.ts";
import type { DmPolicy, GroupPolicy, PolicySupport } from "./policy.ts";
/** The version of the contract this package describes. Plugins name the range they were written for. */
export declare const CONTRACT_VERSION = "1.0.0";
/** The range written into a plugin's manifest when it is built with this package. */
export declare const CONTRACT_RANGE = "^1.0.0";
/** The `loong` block of a plugin's `package.json`: generated from its code, read by hosts without loading code. */
export type Manifest = ChannelManifest | AgentManifest;
export interface ChannelManifest {
    readonly kind: "channel";
    readonly id: string;
    readonly aliases: readonly string[];
    readonly label: string;
    /** Semver range of `CONTRACT_VERSION`. */
    readonly contract: string;
    readonly serves: boolean;
    readonly dmPolicy: PolicySupport<DmPolicy>;
    readonly groupPolicy: PolicySupport<GroupPolicy>;
    readonly text: TextLimits;
    readonly idempotencyWindowMs?: number;
    readonly target: {
        readonly form: string;
        readonly required: boolean;
        readonly examples: readonly string[];
    };
    /** JSON Schema of one account, without the keys every channel has. */
    readonly account: JsonSchema;
}
export interface AgentManifest {
    readonly kind: "agent";
    readonly id: string;
    readonly label: string;
    readonly contract: string;
    /** Top-level config keys the agent owns. */
    readonly keys: readonly string[];
    /** JSON Schema of an object of those keys. */
    readonly settings: JsonSchema;
}
export type JsonSchema = {
    readonly [keyword: string]: JsonValue;
};
/** The manifest that belongs in the package.json of this plugin. */
export declare function manifestOf(plugin: ChannelPlugin | AgentPlugin): Manifest;
export declare function isChannelPlugin(plugin: ChannelPlugin | AgentPlugin): plugin is ChannelPlugin;

// messages.d.ts
/** Where a conversation happens: between two, or among several. */
export type ConversationType = "direct" | "group";
/** A place where messages are in order. Ids are the platform's own and are never parsed by the core. */
export interface ConversationRef {
    readonly id: string;
    readonly type: ConversationType;
    /** A thread or topic inside the conversation; each thread is a lane of its own. */
    readonly threadId?: string;
    readonly title?: string;
}
/** Who spoke. `id` is immutable; `name` is for reading only and never decides anything. */
export interface Sender {
    readonly id: string;
    readonly name?: string;
    /** Spoken by a bot, another one or this one. */
    readonly isBot?: boolean;
    /** Spoken by this very account: the gateway drops it. */
    readonly isSelf?: boolean;
}
export type AttachmentKind = "image" | "file" | "audio" | "video" | "sticker";
/** A file that came with a message, fetched on demand by `MediaFeature.fetch`. */
export interface Attachment {
    readonly kind: AttachmentKind;
    /** The platform's key for the bytes; opaque, never used in a path. */
    readonly ref: string;
    readonly name?: string;
    readonly mimeType?: string;
    readonly sizeBytes?: number;
    readonly durationMs?: number;
}
/** A click on a card or button that this account sent. */
export interface CardAction {
    readonly cardMessageId: string;
    readonly value: JsonValue;
    readonly formValues?: Readonly<Record<string, JsonValue>>;
}
/** One thing that happened in a room and may deserve an answer. */
export interface InboundEvent {
    /** The platform's id of this delivery: the first key that deduplicates. Unique per account. */
    readonly eventId: string;
    /** The platform's id of the message: the second key, for platforms that deliver it again under a new event id. */
    readonly messageId: string;
    readonly kind: "message" | "action";
    readonly conversation: ConversationRef;
    readonly sender: Sender;
    /** What was said, mentions of the bot removed and other mentions written as `@name`. May be empty beside attachments. */
    readonly text: string;
    /** The bot was mentioned by name, replied to, or spoken to in private. */
    readonly addressed: boolean;
    readonly attachments?: readonly Attachment[];
    readonly action?: CardAction;
    /** The message that this one answers. */
    readonly inReplyTo?: string;
    /** When it was sent, by the platform's clock, in milliseconds since 1970. */
    readonly sentAtMs: number;
}
/** What is to be said. `markdown` is CommonMark; the channel renders it as well as its platform can. */
export type OutboundContent = {
    readonly type: "text";
    readonly text: string;
} | {
    readonly type: "markdown";
    readonly markdown: string;
}
/** A card in the platform's own JSON, for those who know it. */
 | {
    readonly type: "card";
    readonly card: JsonValue;
    readonly fallbackText: string;
} | {
    readonly type: "image";
    readonly file: OutboundFile;
} | {
    readonly type: "file";
    readonly file: OutboundFile;
};
/** A file on this machine. The channel opens it, streams it and closes it. */
export interface OutboundFile {
    readonly path: string;
    readonly name?: string;
    readonly mimeType?: string;
}
/** One logical send. The gateway makes one for each part of a reply and for each proactive message. */
export interface OutboundMessage {
    /** At most 50 characters of `[a-z0-9]`, the same in every attempt of this send. Pass it on where the platform takes one. */
    readonly idempotencyKey: string;
    /** A conversation id as it came in, or a target as an operator writes it. */
    readonly to: string;
    readonly content: OutboundContent;
    readonly threadId?: string;
    /** The message this one answers. */
    readonly inReplyTo?: string;
    /**
     * The preview (`StreamFeature`) this message takes the place of. A channel that cannot put it there any more takes the
     * preview away and says the message as a new one.
     */
    readonly preview?: string;
}
/** The platform has taken the message. */
export interface Receipt {
    readonly messageId: string;
    /** What was lost on the way, in words for the operator: "card was too large, sent as text". */
    readonly degraded?: string;
}
/** A message in a room, for typing, reactions and edits. */
export interface MessageRef {
    readonly conversationId: string;
    readonly messageId: string;
    readonly threadId?: string;
}
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | {
    readonly [key: string]: JsonValue;
};

// policy.d.ts
/** Who may write to the bot in private. */
export type DmPolicy = "open" | "allowlist" | "pairing" | "disabled";
/** Whose messages in groups the bot answers. */
export type GroupPolicy = "open" | "allowlist" | "disabled";
/** What a platform can honour, and what holds when the operator says nothing. */
export interface PolicySupport<Policy extends string> {
    readonly supported: readonly Policy[];
    readonly default: Policy;
}
/**
 * How an answer is shown while it is written: not at all; as messages of their own, paragraph by paragraph; or live, in
 * one message that grows. `auto` is live where the platform can show it, else `off`.
 */
export type StreamingMode = "auto" | "off" | "block" | "live";

// schema.d.ts
/**
 * A JSON Schema object whose values have type `T`; a TypeBox schema is one. Properties may carry Loong's keywords:
 *
 * - `secret: true`: never shown, logged or written back; `{env}`, `{file}`, `{exec}` and `<name>File` are accepted.
 * - `env: ["ACME_APP_ID"]`: environment variables read, in this order, when the operator wrote nothing.
 * - `usualEnv: { acme: "ACME_KEY" }`: in a table of entries, where people keep it, by the kind of the entry. Suggested by
 *   `setup` and `configure`, never read.
 * - `title`, `description`, `default`, `examples`: shown by `configure`, `config schema` and errors.
 */
export type ConfigSchema<T> = ObjectSchema & {
    readonly "~type"?: T;
};
/** The keywords a schema may begin with; what stands inside `properties` is any JSON Schema. */
interface ObjectSchema {
    readonly type?: unknown;
    readonly properties?: unknown;
    readonly required?: unknown;
    readonly additionalProperties?: unknown;
    readonly title?: unknown;
    readonly description?: unknown;
    readonly allOf?: unknown;
    readonly anyOf?: unknown;
    readonly oneOf?: unknown;
    readonly dependentRequired?: unknown;
    readonly if?: unknown;
    readonly then?: unknown;
    readonly else?: unknown;
}
export {};
