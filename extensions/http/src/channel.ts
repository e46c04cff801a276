import type { Channel, ChannelHost } from "@loong/sdk";
import type { HttpAccount } from "./account.ts";
import { createCallback } from "./callback/callback.ts";
import { probe } from "./callback/ping.ts";
import { sendMessage } from "./callback/send.ts";
import { streamOver } from "./callback/stream.ts";
import { typingOver } from "./callback/typing.ts";
import { webhookOf } from "./inbound/webhook.ts";
import { serve } from "./serve.ts";

/** One application: its webhook and its callback, and nothing between calls. */
export function openHttp(account: HttpAccount, { clock }: ChannelHost): Channel {
  const callback = createCallback(account, clock);
  return {
    probe: (signal) => probe(callback, account, signal),
    send: (message, signal) => sendMessage(callback, message, signal),
    serve: (inbound, signal) => serve(callback, account, inbound, signal),
    close: async () => callback.close(),
    webhook: webhookOf(account, clock),
    ...(account.typing === true ? { typing: typingOver(callback) } : {}),
    ...(account.previews === true ? { stream: streamOver(callback, clock) } : {}),
  };
}
