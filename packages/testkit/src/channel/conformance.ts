import { describe, expect, test } from "vitest";
import type { ChannelCaseName } from "./case-names.ts";
import { closeCases } from "./close-cases.ts";
import { type ChannelCase, runCase } from "./context.ts";
import { definitionCases } from "./definition-cases.ts";
import type { ChannelConformanceOptions } from "./harness.ts";
import { probeCases } from "./probe-cases.ts";
import { sendCases } from "./send-cases.ts";
import { serveCases } from "./serve-cases.ts";
import { webhookCases } from "./webhook-cases.ts";

/** Every duty of a channel. */
export const channelCases: readonly ChannelCase[] = [
  ...definitionCases,
  ...probeCases,
  ...sendCases,
  ...serveCases,
  ...webhookCases,
  ...closeCases,
];

/** Longer than any limit inside a case, so that a case says itself what it missed. */
const CASE_TIMEOUT_MS = 30_000;

/**
 * Checks every duty of a channel against a platform that the harness starts, each as a test of its own. What does not
 * apply to this channel is skipped by itself; everything else is skipped only with a reason.
 *
 * @example channelConformance({ plugin, manifest: packageJson.loong, harness: startEmulator });
 * @throws Error when `skips` names a case that is not there, or gives no reason.
 */
export function channelConformance<Account>(options: ChannelConformanceOptions<Account>): void {
  const { plugin, title } = options;
  const skips = checkedSkips(options.skips ?? {});
  describe(`${plugin.id} keeps the promises of a channel${title === undefined ? "" : ` ${title}`}`, () => {
    test.for(channelCases.map((one) => [titleOf(one, skips), one] as const))(
      "%s",
      { timeout: CASE_TIMEOUT_MS },
      async ([, one], { skip }) => {
        const reason = skips.get(one.name);
        if (reason !== undefined) skip(reason);
        await expect(runCase(one, options, skip)).resolves.toBeUndefined();
      },
    );
  });
}

function titleOf({ name, promise }: ChannelCase, skips: ReadonlyMap<string, string>): string {
  const reason = skips.get(name);
  return reason === undefined ? `${name}: ${promise}` : `${name}: ${promise} (skipped: ${reason})`;
}

function checkedSkips(skips: Partial<Readonly<Record<ChannelCaseName, string>>>): ReadonlyMap<string, string> {
  const names = new Set<string>(channelCases.map(({ name }) => name));
  for (const [name, reason] of Object.entries(skips)) {
    if (!names.has(name)) throw new Error(`skips names "${name}", which is no case. Cases: ${[...names].join(", ")}`);
    if (reason.trim() === "") throw new Error(`skips["${name}"] needs a reason`);
  }
  return new Map(Object.entries(skips));
}
