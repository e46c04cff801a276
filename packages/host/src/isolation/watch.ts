import { readFile } from "node:fs/promises";
import { isObject } from "../plugins/manifest.ts";
import type { IsolationLimits } from "./limits.ts";

/** Looks after one process: does it answer, and what does it take? */
export interface ProcessWatch {
  start(): void;
  /** It answered. */
  beaten(params: unknown): void;
  stop(): void;
}

export interface WatchOptions {
  readonly pid: number | undefined;
  readonly limits: IsolationLimits;
  /** Asks it to answer. */
  readonly beat: () => void;
  readonly punish: (how: string) => void;
}

const MEGABYTE = 1024 * 1024;

/** Counts its own looks and not the time: when this process was asleep, nobody else is to blame. */
export function watchProcess({ pid, limits, beat, punish }: WatchOptions): ProcessWatch {
  const { beatMs, missedBeats, residentBytes } = limits;
  let unanswered = 0;
  let timer: NodeJS.Timeout | undefined;

  function weigh(bytes: number): void {
    if (bytes > residentBytes) punish(`took more than ${Math.round(residentBytes / MEGABYTE)} MB of memory`);
  }

  function look(): void {
    if (unanswered >= missedBeats) {
      punish(`did not answer for ${Math.round((missedBeats * beatMs) / 100) / 10} s`);
      return;
    }
    unanswered += 1;
    beat();
    void residentBytesOf(pid).then(weigh, () => undefined);
  }

  return {
    start() {
      timer ??= setInterval(look, beatMs).unref();
    },
    beaten(params) {
      unanswered = 0;
      if (isObject(params) && typeof params["residentBytes"] === "number") weigh(params["residentBytes"]);
    },
    stop: () => clearInterval(timer),
  };
}

/** As the system sees it; only Linux tells (https://man7.org/linux/man-pages/man5/proc_pid_status.5.html, read 2026-11-21). */
async function residentBytesOf(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
}
