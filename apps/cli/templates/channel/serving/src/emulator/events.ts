import { BOT, type Message } from "./platform.ts";

/** A message as it is told to the bot. The id is the same whenever it is delivered. */
export function eventOf({ id, room, sender, text, replyTo, sentAtMs }: Message): object {
  return {
    id: `evt-${id}`,
    bot_id: BOT.id,
    message: {
      id,
      room: { id: room.id, type: room.type },
      sender: { id: sender.id, name: sender.name, bot: sender.isBot },
      text,
      ...(replyTo === undefined ? {} : { reply_to: replyTo }),
      sent_at: new Date(sentAtMs).toISOString(),
    },
  };
}
