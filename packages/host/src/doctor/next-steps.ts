import type { Check } from "./check.ts";

const MAX_STEPS = 5;

/** What to do now: what mends the faults, the worst first; while nothing has failed, the next step of a first run too. */
export function nextSteps(
  checks: readonly Check[],
  { served, running }: { readonly served: boolean; readonly running: boolean },
): readonly string[] {
  const faults = [...checks.filter(({ level }) => level === "fail"), ...checks.filter(({ level }) => level === "warn")];
  const hints = [...new Set(faults.flatMap(({ hint }) => (hint === undefined ? [] : [hint])))].slice(0, MAX_STEPS);
  if (checks.some(({ level }) => level === "fail")) return hints;
  if (!served) return [...hints, "Set up a provider and a channel: `loong setup`."];
  return running || hints.length > 0 ? hints : ["Start the gateway: `loong gateway run`."];
}
