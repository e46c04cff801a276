import type { Channel } from "@loong/sdk";
import type { Account } from "./account.ts";
import { createBotApi } from "./api/bot.ts";
import { createCaller } from "./api/call.ts";
import { send } from "./outbound/send.ts";
import { probe } from "./probe.ts";

/** Joins the parts of one account. Opens nothing before the first call. */
export function openChannel(account: Account): Channel {
  const closing = new AbortController();
  const until = (signal: AbortSignal) => AbortSignal.any([signal, closing.signal]);
  const api = createBotApi(createCaller(account));
  return {
    probe: (signal) => probe(api, until(signal)),
    send: (message, signal) => send(api, message, until(signal)),
    async close() {
      closing.abort();
    },
  };
}
