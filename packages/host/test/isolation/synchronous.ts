import type { Channel, ChannelHost, ChannelPlugin } from "@loong/sdk";
import type { LoadedChannel } from "../../src/plugin-loader.ts";

export interface Stand<Account> {
  readonly load: () => Promise<LoadedChannel>;
  /** What an account is opened with, made of what the suite opens it with. */
  readonly hostOf: (host: ChannelHost) => ChannelHost;
  /** A channel that tells what it can do. */
  readonly sampleOf: (account: Account) => Channel;
}

/** A plugin as the conformance suite knows it, for one that needs a moment to open. */
export function synchronous<Account>(
  plugin: ChannelPlugin<Account>,
  { load, hostOf, sampleOf }: Stand<Account>,
): ChannelPlugin<Account> {
  return {
    ...plugin,
    open(account, host) {
      let opening: Promise<Channel> | undefined;
      const opened = () => (opening ??= load().then((loaded) => loaded.open(account, hostOf(host))));
      return {
        ...(later(sampleOf(account), opened) as unknown as Channel),
        close: async () => (await opening)?.close(),
      };
    },
  };
}

type Parts = Record<string, unknown>;

/** The same methods, each of which waits for the real thing. */
function later(sample: object, real: () => Promise<object>): Parts {
  const parts = Object.entries(sample).map(([name, part]) => {
    const find = async () => ((await real()) as Parts)[name] as Parts;
    if (typeof part === "function")
      return [
        name,
        async (...args: unknown[]) =>
          ((await real()) as Record<string, (...all: unknown[]) => unknown>)[name]?.(...args),
      ];
    return [name, typeof part === "object" && part !== null && name !== "intervalMs" ? later(part, find) : part];
  });
  return Object.fromEntries(parts) as Parts;
}
