// agent.d.ts
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
{
    readonly type: "text";
    readonly delta: string;
} | {
    readonly type: "done";
    readonly model?: string;
    readonly usage?: TokenUsage;
};
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
    readonly target: {
        readonly form: string;
        readonly required: boolean;
        readonly examples: readonly string[];
    };
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
    readonly identity?: {
        readonly id: string;
        readonly name?: string;
    };
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
export type LinkState = {
    readonly state: "connecting";
} | {
    readonly state: "connected";
}
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

// define.d.ts
import type { AgentPlugin } from "./agent.ts";
import type { ChannelPlugin } from "./channel.ts";
/**
 * Checks the shape of a channel and types its account. The result, frozen, is the package's default export.
 *
 * @throws PLUGIN_DEFINITION when an id or alias is no name, or a policy's default is not among those it supports.
 */
export declare function defineChannel<Account>(plugin: ChannelPlugin<Account>): ChannelPlugin<Account>;
/**
 * Checks the shape of an agent and types its settings. The result, frozen, is the package's default export.
 *
 * @throws PLUGIN_DEFINITION when its id is no name.
 */
export declare function defineAgent<Settings>(plugin: AgentPlugin<Settings>): AgentPlugin<Settings>;

// errors.d.ts
import type { Problem } from "./channel.ts";
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
/** What a `LoongError` may know beside its code and message. */
export interface LoongErrorOptions {
    /** The command or config key that mends it. */
    readonly hint?: string;
    readonly outcome?: FailureOutcome;
    /** How long the platform asks to wait, in milliseconds. */
    readonly retryAfterMs?: number;
    /** What led to it. Stays in this process, since it may hold a secret. */
    readonly cause?: unknown;
}
/** The one error class: a code, what happened, and a hint with the command or key that mends it. */
export declare class LoongError extends Error {
    readonly name = "LoongError";
    /** `"ACME_TOKEN_REFUSED"`: stands in one error table, with the prefix of its package. */
    readonly code: string;
    readonly hint: string | undefined;
    readonly outcome: FailureOutcome | undefined;
    /** In milliseconds. */
    readonly retryAfterMs: number | undefined;
    /** @param message - What happened, in words for the operator and without a secret. */
    constructor(code: string, message: string, options?: LoongErrorOptions);
    /** Plain data, for a process boundary or `--json`. The cause stays behind: it may hold a secret. */
    toJSON(): SerializedError;
}
/** A `LoongError` as plain data. */
export interface SerializedError {
    readonly code: string;
    readonly message: string;
    readonly hint?: string;
    readonly outcome?: FailureOutcome;
    readonly retryAfterMs?: number;
}
/**
 * What a `LoongError` says to the operator, for a report: `problems: [problemOf(error)]`.
 *
 * @throws `error` itself when it is no `LoongError`: a fault of the plugin's own is not to be reported as the platform's.
 */
export declare function problemOf(error: unknown): Problem;
/** Whether this is a `LoongError`, also one made by another copy of this package. */
export declare function isLoongError(error: unknown): error is LoongError;
/** One row of an error table. Functions take the facts of the case. */
export interface ErrorSpec<Args extends readonly unknown[]> {
    readonly message: string | ((...args: Args) => string);
    readonly hint: string | ((...args: Args) => string);
    /** Unless the case knows another one. */
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
 * One table per package: `{ CODE: { message, hint, outcome? } }` becomes `{ CODE: factory }`, with `codes` beside them.
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
/** What hosts know of a channel before they run its code; keys as in `ChannelPlugin`. */
export interface ChannelManifest {
    readonly kind: "channel";
    readonly id: string;
    readonly aliases: readonly string[];
    readonly label: string;
    /** The contract it was built with, as a range: `"^1.0.0"`. Looked at before anything else. */
    readonly contract: string;
    readonly serves: boolean;
    readonly dmPolicy: PolicySupport<DmPolicy>;
    readonly groupPolicy: PolicySupport<GroupPolicy>;
    readonly text: TextLimits;
    readonly idempotencyWindowMs?: number;
    readonly redelivers?: false;
    /** `AccountContract.target`. */
    readonly target: {
        readonly form: string;
        readonly required: boolean;
        readonly examples: readonly string[];
    };
    /** JSON Schema of one account, without the keys every channel has. */
    readonly account: JsonSchema;
}
/** What hosts know of an agent before they run its code. */
export interface AgentManifest {
    readonly kind: "agent";
    readonly id: string;
    readonly label: string;
    /** As in `ChannelManifest`. */
    readonly contract: string;
    /** Top-level config keys the agent owns. */
    readonly keys: readonly string[];
    /** JSON Schema of an object of those keys. */
    readonly settings: JsonSchema;
}
/** A JSON Schema as plain data; the keywords are those of `ConfigSchema`. */
export type JsonSchema = {
    readonly [keyword: string]: JsonValue;
};
/** The manifest that belongs in the package.json of this plugin: plain data, equal after a way through JSON. */
export declare function manifestOf(plugin: ChannelPlugin | AgentPlugin): Manifest;
/** Whether a default export is a channel; otherwise it is an agent. */
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
    /** For reading only. */
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
/** What a file is to people; `file` is whatever is none of the others. */
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
    /** The `Receipt.messageId` of the card. */
    readonly cardMessageId: string;
    /** What the card holds for this button. */
    readonly value: JsonValue;
    /** What was filled in, by the name of the field. */
    readonly formValues?: Readonly<Record<string, JsonValue>>;
}
/** One thing that happened in a room and may deserve an answer. */
export interface InboundEvent {
    /** The platform's id of this delivery: the first key that deduplicates. Unique per account. */
    readonly eventId: string;
    /** The platform's id of the message: the second key, for platforms that deliver it again under a new event id. */
    readonly messageId: string;
    /** `action`: a click, described by `action`. */
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
    /** Absolute. Sure to be there only until the call that was given it has ended. */
    readonly path: string;
    /** As people see it. Absent: the last part of `path`. */
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
    /** The platform's id of the message; with a preview, of what is now shown in its place. */
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
/** Plain data, as JSON has it. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | {
    readonly [key: string]: JsonValue;
};

// policy.d.ts
/** Who is answered in private: everybody; those in `allowFrom`; those an operator has approved, and `allowFrom`; nobody. */
export type DmPolicy = "open" | "allowlist" | "pairing" | "disabled";
/** Which groups are answered: every one the bot is in; those listed under `groups`, and senders in `groupAllowFrom`; none. */
export type GroupPolicy = "open" | "allowlist" | "disabled";
/** What a platform can honour, and what holds when the operator says nothing. */
export interface PolicySupport<Policy extends string> {
    readonly supported: readonly Policy[];
    /** One of `supported`. */
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
 * - `file: true`: `<name>File` is accepted too, though it is no secret.
 * - `usualEnv: { acme: "ACME_KEY" }`: in a table of entries, where people keep it, by the kind of the entry. Suggested by
 *   `setup` and `configure`, never read.
 * - `title`, `description`, `default`, `examples`: shown by `configure`, `config schema` and errors.
 *
 * What keys ask of one another stands at the top, in `if`/`then`/`else`, `anyOf`, `oneOf`, `allOf` or `dependentRequired`; all
 * keys themselves stand in `properties`. It is checked with defaults and environment names filled in.
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
