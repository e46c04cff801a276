import { getActiveResourcesInfo } from "node:process";
import { setTimeout as sleep } from "node:timers/promises";

/** Kinds that say nothing about a channel: they are there for a moment in every process. */
const PASSING = new Set(["Immediate", "TickObject", "Microtask"]);

const SAMPLES = 8;
const SAMPLE_MS = 15;

/** What keeps this process alive now, counted by kind: sockets, requests, timers. */
export function ioResources(): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const kind of getActiveResourcesInfo()) if (!PASSING.has(kind)) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

/** The fewest of each kind within a moment: what passes by itself is not counted. */
export async function settledResources(): Promise<Readonly<Record<string, number>>> {
  const samples: Readonly<Record<string, number>>[] = [];
  for (let n = 0; n < SAMPLES; n += 1) {
    await sleep(SAMPLE_MS);
    samples.push(ioResources());
  }
  const kinds = Object.keys(samples[0] ?? {});
  return Object.fromEntries(kinds.map((kind) => [kind, Math.min(...samples.map((sample) => sample[kind] ?? 0))]));
}

/** What is there now and was not there before. */
export function addedResources(before: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  const added = Object.entries(ioResources()).map(([kind, count]) => [kind, count - (before[kind] ?? 0)] as const);
  return Object.fromEntries(added.filter(([, count]) => count > 0));
}
