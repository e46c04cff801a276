import { randomUUID } from "node:crypto";
import type { ServerResponse } from "node:http";
import { type EmulatorClock, isRecord } from "@loong/emulator-kit";
import { contentOf } from "../commands/content.ts";
import type { Rates } from "../commands/rates.ts";
import type { Bot } from "../state/bots.ts";
import type { Files } from "../state/files.ts";
import type { Chat, Rooms } from "../state/rooms.ts";
import { OK, refuse, type Answer } from "../wire/answer.ts";
import type { Incoming } from "./request.ts";

/** Addresses that take one message each, over HTTP, within an hour. */
export interface ResponseUrls {
  issue(bot: Bot, chat: Chat): string;
  answer(incoming: Incoming, response: ServerResponse): void;
}

export const RESPONSE_PATH = "/cgi-bin/aibot/response";
const TTL_MS = 3_600_000;
const TYPES = ["markdown", "template_card"];

export function createResponseUrls(ports: {
  readonly clock: EmulatorClock;
  readonly rooms: Rooms;
  readonly files: Files;
  readonly rates: Rates;
  readonly url: string;
}): ResponseUrls {
  const { clock, rooms, files, rates, url } = ports;
  const open = new Map<string, { readonly bot: Bot; readonly chat: Chat; readonly untilMs: number }>();

  function take({ query, body }: Incoming): Answer {
    const code = query.get("response_code") ?? "";
    const place = open.get(code);
    if (place === undefined || place.untilMs <= clock.now()) return refuse(40029, "invalid response_code");
    const { bot, chat } = place;
    const checked = contentOf(isRecord(body) ? body : {}, TYPES, bot, files);
    if ("refusal" in checked) return checked.refusal;
    const limited = rates.message(chat);
    if (limited !== undefined) return limited;
    open.delete(code);
    rooms.post({ chat, from: { kind: "bot", bot }, via: "response-url", ...checked });
    return OK;
  }

  return {
    issue(bot, chat) {
      const code = randomUUID();
      open.set(code, { bot, chat, untilMs: clock.now() + TTL_MS });
      return `${url}${RESPONSE_PATH}?response_code=${code}`;
    },
    answer(incoming, response) {
      const { errcode, errmsg } = take(incoming);
      response.writeHead(200, { "content-type": "application/json; charset=UTF-8" });
      response.end(JSON.stringify({ errcode, errmsg }));
    },
  };
}
