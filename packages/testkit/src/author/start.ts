import type { ChannelPlugin } from "@loong/sdk";
import { type ServeOptions, type ServedChannel, serveForTest } from "./serve.ts";
import { type TestHost, type TestHostOptions, createTestHost } from "./test-host.ts";

/** An account that is opened and served. */
export interface StartedChannel extends ServedChannel {
  readonly host: TestHost;
  /** Stops serving, closes the channel and takes its folder away. */
  close(): Promise<void>;
}

/**
 * Opens an account with a host of its own and serves it.
 *
 * @example
 * const { channel, event, close } = await startChannel(plugin, { token: emulator.token });
 * onTestFinished(close);
 * @throws what `open` and `serve` throw; nothing is left open then.
 */
export async function startChannel<Account>(
  plugin: ChannelPlugin<Account>,
  account: Account,
  options: ServeOptions & TestHostOptions = {},
): Promise<StartedChannel> {
  const host = createTestHost(options);
  const channel = plugin.open(account, host);
  async function leave(): Promise<void> {
    await channel.close();
    host.close();
  }
  try {
    const served = await serveForTest(channel, options);
    return {
      ...served,
      host,
      async close() {
        // How `serve` has ended is for `ended` to tell.
        await served.stop().catch(() => {});
        await leave();
      },
    };
  } catch (error) {
    await leave();
    throw error;
  }
}
