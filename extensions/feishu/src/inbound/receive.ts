import type { ConversationType, Inbound, InboundEvent, Logger } from "@loong/sdk";
import type { LarkApi } from "../api/endpoints.ts";
import type { Identity } from "../identity.ts";
import type { Recent } from "../recent.ts";
import { type Envelope, parse } from "./parse.ts";

/** Short enough to acknowledge within the three seconds the platform waits. */
const LOOKUP_TIMEOUT_MS = 2_000;

/** What both ways in need to turn an envelope into stored events. */
export interface Receiver {
  /** Resolves once the event is stored, or when there is nothing to store: then acknowledge. Rejects: do not. */
  receive(envelope: Envelope, inbound: Inbound): Promise<void>;
}

export interface ReceiverParts {
  readonly api: LarkApi;
  readonly identity: Identity;
  readonly log: Logger;
  now(): number;
  /** Ids of messages this account sent. */
  readonly sent: Recent<unknown>;
  /** Times of messages this account got, in milliseconds. */
  readonly heard: Recent<number>;
  readonly chatTypes: Recent<ConversationType>;
}

export function createReceiver({ api, identity, log, now, sent, heard, chatTypes }: ReceiverParts): Receiver {
  /** Asks at most once per chat; when nobody can tell, the stricter side holds. */
  async function chatType(chatId: string): Promise<ConversationType> {
    const known = chatTypes.get(chatId);
    if (known !== undefined) return known;
    try {
      const type = (await api.isDirect(chatId, AbortSignal.timeout(LOOKUP_TIMEOUT_MS))) ? "direct" : "group";
      chatTypes.set(chatId, type);
      return type;
    } catch {
      log.debug("the kind of a chat is not known, so it counts as a group", { chat: chatId });
      return "group";
    }
  }

  async function complete(event: InboundEvent): Promise<InboundEvent> {
    return { ...event, conversation: { ...event.conversation, type: await chatType(event.conversation.id) } };
  }

  return {
    async receive(envelope, inbound) {
      const { openId: botOpenId } = await identity.get();
      const isOwnMessage = (id: string) => sent.get(id) !== undefined;
      const parsed = parse(envelope, { botOpenId, nowMs: now(), isOwnMessage });
      if (parsed.kind === "ignored") {
        log.debug("an event was ignored", { type: parsed.type, reason: parsed.reason });
        return;
      }
      const event = parsed.kind === "event" ? parsed.event : await complete(parsed.event);
      if (event.kind === "message") {
        heard.set(event.messageId, event.sentAtMs);
        chatTypes.set(event.conversation.id, event.conversation.type);
      }
      await inbound.accept([event]);
    },
  };
}
