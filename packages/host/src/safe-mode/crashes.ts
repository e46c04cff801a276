import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { StatePaths } from "@loong/config";
import type { OwnerFacts } from "../owner/index.ts";

/** An end that nobody asked for. */
export interface Crash {
  readonly atMs: number;
  readonly error: string;
}

/** So many crashes in so short a time, and the next start serves no account: it would only crash again. */
const LOOP_CRASHES = 3;
const LOOP_WINDOW_MS = 5 * 60_000;

export function crashFileOf({ ownerFile }: Pick<StatePaths, "ownerFile">): string {
  return join(dirname(ownerFile), "crashes.json");
}

/** The crashes that make a start a safe one; none when there were too few of late. */
export function crashLoop(crashes: readonly Crash[], nowMs: number): readonly Crash[] {
  const recent = crashes.filter(({ atMs }) => atMs > nowMs - LOOP_WINDOW_MS && atMs <= nowMs);
  return recent.length >= LOOP_CRASHES ? recent : [];
}

/** @returns Nothing when the file is missing or not ours. */
export function readCrashes(file: string): readonly Crash[] {
  try {
    const value: unknown = JSON.parse(readFileSync(file, "utf8"));
    return Array.isArray(value) ? value.filter(isCrash) : [];
  } catch {
    return [];
  }
}

/** Writes at once and without waiting for anything: the process is about to end. */
export function recordCrash(file: string, error: string, nowMs: number): void {
  const kept = readCrashes(file).slice(1 - LOOP_CRASHES);
  writeFileSync(file, JSON.stringify([...kept, { atMs: nowMs, error }]), { mode: 0o600 });
}

export function forgetCrashes(file: string): void {
  rmSync(file, { force: true });
}

/**
 * Notes for the gateway before this one that it was killed, by whomever: it could not do so itself.
 *
 * @param last - What it wrote about itself last. One that was stopping had been asked to.
 */
export function recordKill(file: string, last: OwnerFacts | undefined, nowMs: number): void {
  if (last === undefined || (last.phase !== "starting" && last.phase !== "running")) return;
  const isNoted = readCrashes(file).some(({ atMs }) => atMs >= (last.startedAtMs ?? 0));
  if (!isNoted) recordCrash(file, "it was killed, or ran out of memory", nowMs);
}

function isCrash(value: unknown): value is Crash {
  const { atMs, error } = (value ?? {}) as Partial<Record<keyof Crash, unknown>>;
  return typeof atMs === "number" && typeof error === "string";
}
