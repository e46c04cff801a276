import type { IsolationLimits } from "./limits.ts";

/** One end of a plugin's process that nobody had asked for. */
export interface Death {
  readonly atMs: number;
  /** In words that follow "it": `"ran out of memory"`. */
  readonly how: string;
}

/** The deaths that count at `nowMs`. */
export function recentDeaths(deaths: readonly Death[], nowMs: number, { deathsMs }: IsolationLimits): readonly Death[] {
  return deaths.filter(({ atMs }) => atMs > nowMs - deathsMs);
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The end of what it wrote to stderr. */
  readonly lastWords: string;
  /** What the process said about its own end, `"Error at index.js:3"`, or why it never began. */
  readonly fault?: string;
}

/** What V8 and Node write before they give up (node/src/node_errors.cc; read 2026-11). */
const HEAP_FULL = /heap out of memory|Reached heap limit/;

/** How a process ended that was not ended by us. */
export function describeExit({ code, signal, lastWords, fault }: Exit, { heapMegabytes }: IsolationLimits): string {
  if (HEAP_FULL.test(lastWords)) return `ran out of memory: its objects may take ${heapMegabytes} MB`;
  if (fault !== undefined)
    return `${code === null && signal === null ? "could not be started" : "threw an error that nobody caught"} (${fault})`;
  if (signal !== null) return `was ended by ${signal}`;
  return `left with exit code ${code ?? "unknown"}`;
}
