import type { PluginsReport } from "@loong/api";
import type { StatePaths } from "@loong/config";
import { type Problem, problemOf } from "@loong/sdk";
import { connectTo, isGatewayRunning } from "../gateway-report.ts";

/** What the running gateway made of a change: `null` when none runs. */
export type PickUp = null | PluginsReport | { readonly problem: Problem };

/**
 * Tells the running gateway to look at its plugins again. Never rejects: the change itself is made already.
 *
 * @param again - A plugin that may run again although it died too often.
 */
export async function tellGateway(paths: StatePaths, again?: string): Promise<PickUp> {
  if (!(await isGatewayRunning(paths))) return null;
  try {
    return await (await connectTo(paths)).pluginsReload(again === undefined ? {} : { again });
  } catch (error) {
    return { problem: problemOf(error) };
  }
}

/** Nothing when no gateway runs: the next one knows by itself. */
export function pickUpLines(pickUp: PickUp): readonly string[] {
  if (pickUp === null) return [];
  if ("problem" in pickUp) {
    const { message, hint } = pickUp.problem;
    return [
      `The running gateway did not take it over: ${message}${hint === undefined ? "" : ` ${hint}`}`,
      "`loong gateway restart` makes it start with the plugins as they are now.",
    ];
  }
  if (pickUp.needsRestart.length > 0)
    return [
      `The running gateway goes on with the code it has loaded of ${pickUp.needsRestart.join(", ")}; ` +
        "`loong gateway restart` makes it use the new one.",
    ];
  const { accounts } = pickUp;
  return [
    accounts.length === 0
      ? "The running gateway knows; no connection was touched."
      : `The running gateway took it over: ${accounts.join(", ")}. No other connection was touched.`,
  ];
}
