import { registerCases } from "../checks/register.ts";
import { closeCases } from "./close-cases.ts";
import { type ChannelCase, runCase } from "./context.ts";
import { definitionCases } from "./definition-cases.ts";
import type { ChannelConformanceOptions } from "./harness.ts";
import { probeCases } from "./probe-cases.ts";
import { sendCases } from "./send-cases.ts";
import { serveCases } from "./serve-cases.ts";
import { streamCases } from "./stream-cases.ts";
import { webhookCases } from "./webhook-cases.ts";

/** Every duty of a channel. */
export const channelCases: readonly ChannelCase[] = [
  ...definitionCases,
  ...probeCases,
  ...sendCases,
  ...serveCases,
  ...webhookCases,
  ...streamCases,
  ...closeCases,
];

/**
 * Checks every duty of a channel against a platform that the harness starts, each as a test of its own. What does not
 * apply to this channel is skipped by itself; everything else is skipped only with a reason.
 *
 * @example channelConformance({ plugin, manifest: packageJson.loong, harness: startEmulator });
 * @throws Error when `skips` names a case that is not there, or gives no reason.
 */
export function channelConformance<Account>(options: ChannelConformanceOptions<Account>): void {
  const { plugin, title, skips = {} } = options;
  const name = `${plugin.id} keeps the promises of a channel${title === undefined ? "" : ` ${title}`}`;
  registerCases(name, channelCases, skips, (one, skip) => runCase(one, options, skip));
}
