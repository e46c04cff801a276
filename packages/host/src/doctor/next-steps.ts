import type { Check } from "./check.ts";

const MAX_STEPS = 5;

/** What to do now: what mends the faults, the worst first; without faults, the next step of a first run. */
export function nextSteps(
  checks: readonly Check[],
  { served, running }: { readonly served: boolean; readonly running: boolean },
): readonly string[] {
  const faults = [...checks.filter(({ level }) => level === "fail"), ...checks.filter(({ level }) => level === "warn")];
  const hints = [...new Set(faults.flatMap(({ hint }) => (hint === undefined ? [] : [hint])))];
  if (hints.length > 0) return hints.slice(0, MAX_STEPS);
  if (!served) return ["Set up a provider and a channel: `loong setup`."];
  return running ? [] : ["Start the gateway: `loong gateway run`."];
}
