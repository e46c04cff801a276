import type { ChannelHost } from "@loong/sdk";

/** What a gateway lends to one account, for tests that open a channel themselves. */
export const host: ChannelHost = {
  accountId: "default",
  log: { debug() {}, info() {}, warn() {}, error() {} },
  clock: { now: Date.now },
  dataDir: "unused",
};
