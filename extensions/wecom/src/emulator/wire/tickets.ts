import type { EmulatorClock } from "@loong/emulator-kit";
import { serverReqId } from "../ids.ts";
import type { Bot } from "../state/bots.ts";
import type { Chat, Message } from "../state/rooms.ts";
import { refuse, type Answer } from "./answer.ts";

/** What a callback was about decides which command may answer it. */
export type TicketKind = "message" | "enter_chat" | "template_card_event" | "other";

/** A req_id of the platform: the right to answer one callback, with one kind of command, for some time. */
export interface Ticket {
  readonly reqId: string;
  readonly kind: TicketKind;
  readonly bot: Bot;
  readonly chat: Chat | undefined;
  /** The message said or clicked. */
  readonly message: Message | undefined;
  /** The connection it came on; absent until it was delivered. */
  connectionId: string | undefined;
  issuedAtMs: number;
}

export interface Tickets {
  issue(facts: Pick<Ticket, "kind" | "bot" | "chat" | "message">, reqId?: string): Ticket;
  /** The ticket that lets `cmd` answer, or the platform's refusal. */
  redeem(
    reqId: string,
    cmd: string,
    by: { readonly bot: Bot; readonly connectionId: string },
  ): { readonly ticket: Ticket } | { readonly refusal: Answer };
}

/**
 * Each kind of callback takes one command (measured: a stream for a click gets 846605). Welcome and card update within
 * 5 s, replies within 24 h.
 * @see https://developer.work.weixin.qq.com/document/path/101463 (copy of 2026-05-25)
 */
const RULES: Readonly<Record<TicketKind, { readonly cmd: string; readonly ttlMs: number } | undefined>> = {
  message: { cmd: "aibot_respond_msg", ttlMs: 24 * 3_600_000 },
  enter_chat: { cmd: "aibot_respond_welcome_msg", ttlMs: 5000 },
  template_card_event: { cmd: "aibot_respond_update_msg", ttlMs: 5000 },
  other: undefined,
};

export function createTickets(
  clock: EmulatorClock,
  { sessionBound, keep }: { readonly sessionBound: boolean; readonly keep: number },
): Tickets {
  const tickets = new Map<string, Ticket>();

  function forgetOldest(): void {
    if (tickets.size <= keep * 2) return;
    for (const reqId of [...tickets.keys()].slice(0, keep)) tickets.delete(reqId);
  }

  return {
    issue(facts, reqId = serverReqId()) {
      const ticket: Ticket = { ...facts, reqId, connectionId: undefined, issuedAtMs: clock.now() };
      tickets.set(reqId, ticket);
      forgetOldest();
      return ticket;
    },
    redeem(reqId, cmd, { bot, connectionId }) {
      const ticket = tickets.get(reqId);
      const rule = ticket === undefined ? undefined : RULES[ticket.kind];
      if (ticket === undefined || rule?.cmd !== cmd || ticket.bot !== bot) return { refusal: refuse(846605) };
      if (sessionBound && ticket.connectionId !== connectionId) return { refusal: refuse(846605) };
      if (clock.now() - ticket.issuedAtMs > rule.ttlMs) return { refusal: refuse(846604) };
      return { ticket };
    },
  };
}
