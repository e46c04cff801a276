import type { ChannelHost, OutboundMessage } from "@loong/sdk";

const silent = () => {};

export const host: ChannelHost = {
  accountId: "test",
  log: { debug: silent, info: silent, warn: silent, error: silent },
  clock: { now: Date.now },
  dataDir: "/dev/null/nothing-is-kept",
};

/** A message as the gateway's outbox holds it. */
export function words(text: string, to: string, idempotencyKey = "k1"): OutboundMessage {
  return { idempotencyKey, to, content: { type: "text", text } };
}
