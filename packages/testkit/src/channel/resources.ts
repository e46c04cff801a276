import { getActiveResourcesInfo } from "node:process";

/** Kinds that say nothing about a channel: they are there for a moment in every process. */
const PASSING = new Set(["Immediate", "TickObject", "Microtask"]);

/** What keeps this process alive now, counted by kind: sockets, requests, timers. */
export function ioResources(): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const kind of getActiveResourcesInfo()) if (!PASSING.has(kind)) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

/** What is there now and was not there before. */
export function addedResources(before: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  const added = Object.entries(ioResources()).map(([kind, count]) => [kind, count - (before[kind] ?? 0)] as const);
  return Object.fromEntries(added.filter(([, count]) => count > 0));
}
