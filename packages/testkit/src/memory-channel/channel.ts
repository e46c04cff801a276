import {
  type Channel,
  type ChannelPlugin,
  type InboundEvent,
  type OutboundMessage,
  type ProbeReport,
  defineChannel,
  isLoongError,
} from "@loong/sdk";
import type { ChannelHarness, PlatformUnderTest, SaidMessage, SayOptions } from "../channel/harness.ts";
import { memoryPreviews, memoryTyping, serveConnection, servePosts } from "./abilities.ts";
import { memoryErrors } from "./errors.ts";
import { type MemoryMessage, type MemoryRooms, createMemoryRooms } from "./rooms.ts";
import { createMemoryStream } from "./stream.ts";
import { createMemoryPost, memoryWebhook } from "./webhook.ts";

export interface MemoryAccount {
  readonly token: string;
}

export interface MemoryChannelOptions {
  /** `"memory"` unless told. */
  readonly id?: string;
  readonly token?: string;
  /** Rooms that are there from the beginning, beside those somebody speaks in. */
  readonly rooms?: readonly string[];
  /** UTF-16 units; 4,000 unless told. */
  readonly maxLength?: number;
  /** Absent: the platform takes no idempotency key. */
  readonly idempotencyWindowMs?: number;
  /** How events come: over a connection unless told. `none`: the channel is outbound only. */
  readonly inbound?: "stream" | "webhook" | "none";
  /** Shows answers while they are written, at this pace. Absent: it does not. */
  readonly previewIntervalMs?: number;
  /** Shows that an answer is coming. */
  readonly typing?: boolean;
  readonly now?: () => number;
  /** Runs before a message is taken; what it throws, the sender gets, and nothing is shown. */
  readonly beforeSend?: (message: OutboundMessage) => void | Promise<void>;
  /** Runs after a message is shown; what it throws, the sender gets instead of the receipt. */
  readonly afterSend?: (message: OutboundMessage) => void | Promise<void>;
}

/** A channel, its account and the platform behind it, all in this process. It sets no timers. */
export interface MemoryChannel extends ChannelHarness<MemoryAccount> {
  readonly plugin: ChannelPlugin<MemoryAccount>;
  readonly platform: MemoryPlatform;
}

export interface MemoryPlatform extends PlatformUnderTest {
  sentMessages(): readonly MemoryMessage[];
  say(text: string, options?: SayOptions): MemorySaid;
  redeliver(said: SaidMessage): void;
}

export interface MemorySaid extends SaidMessage {
  readonly event: InboundEvent;
  acknowledged(): boolean;
}

const WEBHOOK_PATH = "/memory/events";
const DEFAULT_MAX_LENGTH = 4_000;
const ACCOUNT_SCHEMA = {
  type: "object",
  properties: { token: { type: "string", minLength: 1, secret: true } },
  required: ["token"],
  additionalProperties: false,
};

/**
 * Makes a platform whose rooms are arrays, and a channel to it, for tests of everything around a channel.
 *
 * @example
 * const { plugin, account, platform } = createMemoryChannel({ idempotencyWindowMs: 3_600_000 });
 * platform.say("hello");
 */
export function createMemoryChannel(options: MemoryChannelOptions = {}): MemoryChannel {
  const token = options.token ?? "memory-token-1";
  const rooms = createMemoryRooms({
    token,
    rooms: options.rooms ?? ["lobby", "dm-ada"],
    maxLength: options.maxLength ?? DEFAULT_MAX_LENGTH,
    idempotencyWindowMs: options.idempotencyWindowMs,
    now: options.now ?? Date.now,
    beforeSend: options.beforeSend,
    afterSend: options.afterSend,
  });
  const stream = createMemoryStream();
  const post = createMemoryPost(token, WEBHOOK_PATH);
  const delivery = options.inbound === "webhook" ? post : stream;
  const said = new Map<string, InboundEvent>();

  function open(account: MemoryAccount): Channel {
    const { inbound = "stream", previewIntervalMs, typing = false } = options;
    return {
      ...memoryChannel(rooms, account),
      ...(inbound === "stream" ? { serve: serveConnection(rooms, account.token, stream) } : {}),
      ...(inbound === "webhook"
        ? { serve: servePosts(rooms, account.token), webhook: memoryWebhook(token, WEBHOOK_PATH) }
        : {}),
      ...(previewIntervalMs === undefined ? {} : { stream: memoryPreviews(rooms, account.token, previewIntervalMs) }),
      ...(typing ? { typing: memoryTyping((messageId) => said.has(messageId)) } : {}),
    };
  }

  return {
    plugin: memoryPlugin(options, open),
    account: { token },
    wrongAccount: { token: "memory-token-2" },
    target: "lobby",
    wrongTarget: "no-such-room",
    platform: {
      sentMessages: () => rooms.sentMessages(),
      failNext: (fault) => rooms.failNext(fault),
      say(text, how = {}) {
        const event = rooms.event(text, how);
        said.set(event.messageId, event);
        delivery.deliver(event);
        return saidMessage(event, () => delivery.isAcknowledged(event));
      },
      redeliver({ messageId }) {
        const event = said.get(messageId);
        if (event) delivery.deliver(event);
      },
      deliverTo: (url) => post.deliverTo(url),
      forge: () => post.forge(),
    },
    async close() {
      rooms.close();
    },
  };
}

function memoryPlugin(
  { id = "memory", maxLength = DEFAULT_MAX_LENGTH, idempotencyWindowMs, inbound }: MemoryChannelOptions,
  open: (account: MemoryAccount) => Channel,
): ChannelPlugin<MemoryAccount> {
  return defineChannel<MemoryAccount>({
    id,
    label: "Memory",
    accounts: {
      schema: ACCOUNT_SCHEMA,
      target: { form: "the name of a room", required: true, examples: ["lobby"] },
    },
    dmPolicy: { supported: ["open", "allowlist", "pairing", "disabled"], default: "pairing" },
    groupPolicy: { supported: ["open", "allowlist", "disabled"], default: "allowlist" },
    text: { maxLength, unit: "utf16-units" },
    serves: inbound !== "none",
    ...(idempotencyWindowMs === undefined ? {} : { idempotencyWindowMs }),
    open,
  });
}

function memoryChannel(rooms: MemoryRooms, { token }: MemoryAccount): Channel {
  return {
    probe: async () => probe(rooms, token),
    async send(message, signal) {
      if (signal.aborted) throw memoryErrors.MEMORY_ABORTED([]);
      return rooms.send(token, message);
    },
    close: async () => {},
  };
}

function probe(rooms: MemoryRooms, token: string): ProbeReport {
  try {
    rooms.checkToken(token);
    return { ok: true, identity: { id: "memory-bot", name: "Memory" }, problems: [] };
  } catch (error) {
    if (isLoongError(error)) return { ok: false, problems: [error.toJSON()] };
    throw error;
  }
}

function saidMessage(event: InboundEvent, acknowledged: () => boolean): MemorySaid {
  const { messageId, conversation, sender } = event;
  return { event, messageId, conversationId: conversation.id, senderId: sender.id, acknowledged };
}
