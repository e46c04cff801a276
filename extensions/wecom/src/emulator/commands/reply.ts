import { recordAt, stringAt } from "@loong/emulator-kit";
import type { Settings } from "../options.ts";
import type { Files } from "../state/files.ts";
import type { Rooms } from "../state/rooms.ts";
import { OK, refuse, type Answer } from "../wire/answer.ts";
import type { Ticket, Tickets } from "../wire/tickets.ts";
import type { Call, Handlers } from "./command.ts";
import { cardOf, contentOf } from "./content.ts";
import type { Rates } from "./rates.ts";
import type { Streams } from "./streams.ts";

export interface ReplyPorts {
  readonly rooms: Rooms;
  readonly files: Files;
  readonly tickets: Tickets;
  readonly streams: Streams;
  readonly rates: Rates;
  readonly settings: Settings;
}

const REPLY_TYPES = ["markdown", "template_card", "image", "file", "voice", "video"];
const WELCOME_TYPES = ["text", "template_card"];

/** The commands that answer a callback and carry its req_id. */
export function replyHandlers(ports: ReplyPorts): Handlers {
  const { rooms, tickets, streams, rates, settings, files } = ports;

  const redeem = ({ reqId, cmd, bot, connection }: Call): ReturnType<Tickets["redeem"]> =>
    tickets.redeem(reqId, cmd, { bot, connectionId: connection.id });

  function streamed(ticket: Ticket, call: Call, type: string): Answer {
    const stream = recordAt(call.body, "stream") ?? {};
    const limited = settings.countStreamFrames && ticket.chat !== undefined ? rates.message(ticket.chat) : undefined;
    const answer = limited ?? streams.frame(ticket, stream);
    const card = call.body["template_card"];
    if (answer.errcode !== 0 || type === "stream" || card === undefined) return answer;
    const checked = cardOf(card);
    if ("refusal" in checked) return checked.refusal;
    const bubble = streams.bubble(ticket, stringAt(stream, "id") ?? "");
    if (bubble !== undefined) {
      rooms.edit(bubble, { content: { ...bubble.content, card: checked.content.card } });
    }
    return OK;
  }

  function post(ticket: Ticket, call: Call, types: readonly string[], via: "reply" | "welcome"): Answer {
    const checked = contentOf(call.body, types, call.bot, files);
    if ("refusal" in checked) return checked.refusal;
    if (ticket.chat === undefined) return refuse(846605);
    const limited = rates.message(ticket.chat);
    if (limited !== undefined) return limited;
    const from = { kind: "bot", bot: call.bot } as const;
    rooms.post({ chat: ticket.chat, from, via, parentId: ticket.message?.messageId, ...checked });
    return OK;
  }

  return {
    aibot_respond_msg(call) {
      const redeemed = redeem(call);
      if ("refusal" in redeemed) return redeemed.refusal;
      const type = stringAt(call.body, "msgtype") ?? "";
      const isStream = type === "stream" || (type === "stream_with_template_card" && settings.cardStreams);
      return isStream ? streamed(redeemed.ticket, call, type) : post(redeemed.ticket, call, REPLY_TYPES, "reply");
    },
    aibot_respond_welcome_msg(call) {
      const redeemed = redeem(call);
      return "refusal" in redeemed ? redeemed.refusal : post(redeemed.ticket, call, WELCOME_TYPES, "welcome");
    },
    aibot_respond_update_msg(call) {
      const redeemed = redeem(call);
      return "refusal" in redeemed ? redeemed.refusal : updateCard(redeemed.ticket, call, rooms);
    },
  };
}

/** A click lets the bot change the card it was made on, for everybody or for `userids`. */
function updateCard({ message }: Ticket, { body }: Call, rooms: Rooms): Answer {
  if (stringAt(body, "response_type") !== "update_template_card") return refuse(40058, "invalid response_type");
  const checked = cardOf(body["template_card"]);
  if ("refusal" in checked) return checked.refusal;
  const { card } = checked.content;
  if (message === undefined || card === undefined) return refuse(846605);
  const taskId = stringAt(card, "task_id");
  if (taskId !== undefined && taskId !== stringAt(message.content.card, "task_id")) {
    return refuse(40058, "template_card.task_id differs");
  }
  const userIds = Array.isArray(body["userids"]) ? body["userids"].filter((id) => typeof id === "string") : [];
  for (const userId of userIds) message.cardFor.set(userId, card);
  rooms.edit(message, userIds.length === 0 ? { content: checked.content } : {});
  return OK;
}
