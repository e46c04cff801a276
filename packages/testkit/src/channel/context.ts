import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Channel, ChannelHost } from "@loong/sdk";
import { type RecordingLog, createRecordingLog } from "../checks/log.ts";
import { secretsIn } from "../checks/secrets.ts";
import type { ChannelCaseName } from "./case-names.ts";
import type { ChannelConformanceOptions, ChannelHarness, PlatformUnderTest, ShownMessage } from "./harness.ts";

/** One promise of a channel. `check` rejects when it is broken. */
export interface ChannelCase {
  readonly name: ChannelCaseName;
  readonly promise: string;
  check<Account>(context: ChannelContext<Account>): Promise<void>;
}

/** What one case works with: a platform of its own, and everything opened closed again at the end. */
export interface ChannelContext<Account> {
  readonly options: ChannelConformanceOptions<Account>;
  readonly harness: ChannelHarness<Account>;
  /** Of both accounts. */
  readonly secrets: readonly string[];
  /** Opens a channel for `account`, the right one unless told. */
  readonly open: (account?: Account) => Channel;
  /** An ability of the platform that this case needs. @throws Error that says what to add. */
  readonly need: <Name extends keyof PlatformUnderTest>(ability: Name) => NonNullable<PlatformUnderTest[Name]>;
  /** What the bot has said that holds `words`. */
  readonly shown: (words: string) => Promise<readonly ShownMessage[]>;
  /** Runs at the end of the case, the last one first. */
  readonly defer: (cleanup: () => Promise<unknown>) => void;
  /** Ends the case: it does not apply to this channel. */
  readonly skip: (reason: string) => never;
}

/** Runs one case from a fresh platform to an empty one. */
export async function runCase<Account>(
  one: ChannelCase,
  options: ChannelConformanceOptions<Account>,
  skip: (reason: string) => never,
): Promise<void> {
  const cleanups: (() => Promise<unknown>)[] = [];
  const directory = mkdtempSync(join(tmpdir(), "loong-channel-"));
  const log = createRecordingLog();
  try {
    const harness = await options.harness();
    cleanups.push(() => harness.close());
    const secrets = secretsIn(options.plugin.accounts.schema, harness.account).concat(
      secretsIn(options.plugin.accounts.schema, harness.wrongAccount),
    );
    await one.check(contextOf(one, options, harness, { log, secrets, directory, cleanups, skip }));
    log.expectWithout(secrets);
  } finally {
    for (const cleanup of cleanups.toReversed()) await cleanup();
    rmSync(directory, { recursive: true, force: true });
  }
}

interface CaseState {
  readonly log: RecordingLog;
  readonly secrets: readonly string[];
  readonly directory: string;
  readonly cleanups: (() => Promise<unknown>)[];
  readonly skip: (reason: string) => never;
}

function contextOf<Account>(
  one: ChannelCase,
  options: ChannelConformanceOptions<Account>,
  harness: ChannelHarness<Account>,
  { log, secrets, directory, cleanups, skip }: CaseState,
): ChannelContext<Account> {
  const { platform } = harness;
  const host: ChannelHost = {
    accountId: "conformance",
    log,
    clock: { now: Date.now },
    dataDir: join(directory, "data"),
  };
  return {
    options,
    harness,
    secrets,
    open(account = harness.account) {
      const channel = options.plugin.open(account, host);
      cleanups.push(() => channel.close());
      return channel;
    },
    need(ability) {
      const found = platform[ability];
      if (!found) {
        throw new Error(`The harness has no platform.${ability}(). Add it, or give skips["${one.name}"] a reason.`);
      }
      return found.bind(platform) as NonNullable<(typeof platform)[typeof ability]>;
    },
    async shown(words) {
      return (await platform.sentMessages()).filter(({ text }) => text.includes(words));
    },
    defer: (cleanup) => void cleanups.push(cleanup),
    skip,
  };
}
