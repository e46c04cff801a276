import { setTimeout as sleep } from "node:timers/promises";

const PATIENCE_MS = 10_000;

/** Resolves when there is no such process any more. @throws Error when there still is. */
export async function gone(pid: number | undefined): Promise<void> {
  if (pid === undefined) throw new Error("there never was a process");
  for (const endMs = Date.now() + PATIENCE_MS; isAlive(pid); await sleep(10)) {
    if (Date.now() > endMs) throw new Error(`process ${pid} is still there after ${PATIENCE_MS} ms`);
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
