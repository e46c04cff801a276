import { once } from "node:events";
import type { Channel, ChannelHost, Inbound } from "@loong/sdk";
import type { Account } from "./account.ts";
import { createBotApi } from "./api/bot.ts";
import { createCaller } from "./api/call.ts";
import { createWebhook } from "./inbound/webhook.ts";
import { send } from "./outbound/send.ts";
import { probe } from "./probe.ts";

/** Joins the parts of one account. Opens nothing before the first call. */
export function openChannel(account: Account, host: ChannelHost): Channel {
  const closing = new AbortController();
  const until = (signal: AbortSignal) => AbortSignal.any([signal, closing.signal]);
  const api = createBotApi(createCaller(account));

  /** Events come by themselves: all there is to do is to say whether the account is good, and to stay. */
  async function serve(inbound: Inbound, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    inbound.report({ state: "connecting" });
    try {
      await api.me(signal);
    } catch (error) {
      if (signal.aborted) return;
      throw error;
    }
    inbound.report({ state: "connected" });
    if (!signal.aborted) await once(signal, "abort");
  }

  return {
    probe: (signal) => probe(api, until(signal)),
    send: (message, signal) => send(api, message, until(signal)),
    serve: (inbound, signal) => serve(inbound, until(signal)),
    webhook: createWebhook(account, host),
    async close() {
      closing.abort();
    },
  };
}
