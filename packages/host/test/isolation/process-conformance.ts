import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import type { Config } from "@loong/config";
import type { Channel, ChannelHost } from "@loong/sdk";
import { channelConformance, type ChannelConformanceOptions } from "@loong/testkit";
import { afterAll, beforeAll, describe } from "vitest";
import { openLog } from "../../src/log/index.ts";
import { createPluginLoader } from "../../src/plugin-loader.ts";
import type { ChannelRecord } from "../../src/plugins/index.ts";
import { warm } from "./compiled.ts";
import { gone } from "./gone.ts";
import { synchronous } from "./synchronous.ts";

/** They look at what this process holds, and the channel holds nothing here. */
const INLINE_ONLY = {
  "open-without-io": "nothing of it runs in this process; it is checked in the gateway's own",
  "close-frees": "what a channel leaves is left in the other process, which ends with its last account",
};

/**
 * The suites over a channel whose plugin runs in a process of its own: one for all cases, as it is one for all accounts.
 * Cases run side by side, unless the platform cannot have that.
 */
export function processConformance<Account>(
  record: ChannelRecord,
  conformances: readonly ChannelConformanceOptions<Account>[],
  { concurrent = true } = {},
): void {
  const home = mkdtempSync(join(tmpdir(), "loong-isolation-"));
  const paths = { cacheDir: join(home, "cache"), dataDir: join(home, "data") };
  const log = openLog({ dir: join(home, "logs"), level: "debug", verbose: false, stderr: false, now: Date.now });
  const plugins = { paths: [], entries: { [record.manifest.id]: { isolation: "process" } } };
  const config = { plugins, source: { parts: { env: process.env } } } as unknown as Config;
  // Those of a whole file start at once.
  const isolation = { loadMs: 60_000 };
  const loader = createPluginLoader({ paths, config: () => config, log, now: Date.now, isolation });
  const keep = warm(join(paths.dataDir, record.manifest.id));
  const host = { accountId: "kept", log, clock: { now: Date.now }, dataDir: home };

  /** A plugin may write below a folder of its own; a case has the same place in it throughout. */
  function withinReach(given: ChannelHost): ChannelHost {
    return { ...given, dataDir: join(paths.dataDir, record.manifest.id, basename(dirname(given.dataDir))) };
  }

  describe("in a process of its own", { concurrent }, () => {
    let kept: Channel | undefined;
    beforeAll(async () => {
      const harness = await conformances[0]?.harness();
      kept = await (await loader.channel(record)).open(harness?.account, host);
      await harness?.close();
    });
    afterAll(async () => {
      const { pid } = loader.condition(record) ?? {};
      await kept?.close();
      if (kept !== undefined) await gone(pid);
      keep();
      await log.close();
      rmSync(home, { recursive: true, force: true });
    });
    for (const { title = "", plugin, skips, ...options } of conformances)
      channelConformance<Account>({
        ...options,
        title: `${title} across the pipe`.trim(),
        skips: { ...skips, ...INLINE_ONLY },
        plugin: synchronous(plugin, {
          load: () => loader.channel(record),
          hostOf: withinReach,
          sampleOf: (account) => plugin.open(account, host),
        }),
      });
  });
}
