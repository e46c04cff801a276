import type { Channel, ChannelHost } from "@loong/sdk";
import { createCaller } from "./caller.ts";
import type { WebhookAccount } from "./config.ts";
import { send } from "./outbound/send.ts";
import { probe } from "./probe.ts";

/** Joins the parts of one account. Opens nothing before the first call, and keeps nothing open after it. */
export function openChannel(account: WebhookAccount, { accountId, clock }: ChannelHost): Channel {
  const closing = new AbortController();
  const connect = () => createCaller(account, accountId, () => clock.now());
  const untilClosed = (signal: AbortSignal) => AbortSignal.any([signal, closing.signal]);
  return {
    probe: (signal) => probe(connect, account, untilClosed(signal)),
    send: async (message, signal) => send(message, connect(), untilClosed(signal)),
    async close() {
      closing.abort();
    },
  };
}
