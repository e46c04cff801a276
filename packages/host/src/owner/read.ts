import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { noFacts, type OwnerFacts, type OwnerReport } from "./facts.ts";
import { readFacts } from "./file.ts";
import { isLocked } from "./lock.ts";
import type { OwnerPaths } from "./own.ts";

/** An owner writes its facts within milliseconds of taking the lock and of giving it back. */
const ATTEMPTS = 4;
const PAUSE_MS = 5;

/**
 * What is known about the gateway of a state directory, without asking it. `running` is the truth of the lock, not of
 * the file: a gateway that was killed is reported as `failed`.
 *
 * @returns `undefined` when no gateway ever ran here.
 */
export async function readOwner(paths: OwnerPaths): Promise<OwnerReport | undefined> {
  for (let attempt = 1; ; attempt++) {
    const locked = await holdsLock(paths.lockFile);
    const facts = readFacts(paths.ownerFile);
    if (!locked && facts === undefined) return undefined;
    if (facts !== undefined && locked === isActive(facts)) return report(facts, locked);
    if (attempt === ATTEMPTS) return locked ? { ...noFacts("starting"), running: true } : report(dead(facts), false);
    await sleep(PAUSE_MS);
  }
}

async function holdsLock(lockFile: string): Promise<boolean> {
  if (!existsSync(lockFile)) return false;
  return isLocked(lockFile).catch(() => false);
}

function isActive(facts: OwnerFacts): boolean {
  return facts.phase === "starting" || facts.phase === "running" || facts.phase === "stopping";
}

/** The owner went without a word. */
function dead(facts: OwnerFacts | undefined): OwnerFacts {
  return { ...noFacts("failed"), ...facts, phase: "failed", shutdownReason: "ended without shutting down" };
}

/** Nobody can be reached under the addresses of a gateway that is gone. */
function report(facts: OwnerFacts, running: boolean): OwnerReport {
  return running
    ? { ...facts, running }
    : { ...facts, pid: null, port: null, address: null, socketPath: null, running };
}
