import type { InboundEvent } from "@loong/sdk";

/** One event, as Acme Chat writes it. */
export interface WireEvent {
  /** The same when it is delivered again. */
  readonly id: string;
  /** Whom it is delivered to. */
  readonly bot_id: string;
  readonly message: {
    readonly id: string;
    readonly room: { readonly id: string; readonly type: "direct" | "group" };
    readonly sender: { readonly id: string; readonly name: string; readonly bot: boolean };
    readonly text: string;
    readonly reply_to?: string;
    /** ISO 8601. */
    readonly sent_at: string;
  };
}

/** What of `value` the channel relies on. An event of another shape is passed over: it would be no better next time. */
export function isWireEvent(value: unknown): value is WireEvent {
  const { id, bot_id: botId, message } = (value ?? {}) as Partial<WireEvent>;
  const { room, sender, text, sent_at: sentAt } = message ?? {};
  const texts = [id, botId, message?.id, room?.id, sender?.id, text, sentAt];
  return texts.every((each) => typeof each === "string") && (room?.type === "direct" || room?.type === "group");
}

/** The event as the gateway takes it: mentions of the bot are taken out of the text and told by `addressed`. */
export function inboundEvent({ id, bot_id: botId, message }: WireEvent): InboundEvent {
  const { room, sender, text, reply_to: inReplyTo } = message;
  const mention = `<@${botId}>`;
  return {
    eventId: id,
    messageId: message.id,
    kind: "message",
    conversation: { id: room.id, type: room.type },
    sender: { id: sender.id, name: sender.name, isBot: sender.bot, isSelf: sender.id === botId },
    text: text.replaceAll(mention, "").trim(),
    addressed: room.type === "direct" || text.includes(mention),
    ...(inReplyTo === undefined ? {} : { inReplyTo }),
    sentAtMs: Date.parse(message.sent_at),
  };
}
