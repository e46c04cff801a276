import { setTimeout as sleep } from "node:timers/promises";
import { type Inbound, type InboundEvent, type Logger, isLoongError } from "@loong/sdk";

const FIRST_PAUSE_MS = 500;
const MAX_PAUSE_MS = 15_000;
/** Beyond this nothing can be stored for so long that memory is the next to go. */
const MAX_WAITING = 5_000;

/**
 * Hands events over in order. The platform knows no acknowledgement and sends nothing again, so what could not be stored is
 * kept here and tried until it is; what comes meanwhile waits and is stored together.
 */
export interface Intake {
  add(event: InboundEvent): void;
  /** Resolves when everything is stored, or after `graceMs`. Nothing is tried after that. */
  settle(graceMs: number): Promise<void>;
}

export function createIntake(inbound: Pick<Inbound, "accept">, log: Logger): Intake {
  const waiting: InboundEvent[] = [];
  const over = new AbortController();
  let work: Promise<void> | undefined;

  async function storeAll(): Promise<void> {
    let isStored = true;
    while (isStored && waiting.length > 0) {
      const batch = waiting.slice();
      isStored = await store(batch);
      if (isStored) waiting.splice(0, batch.length);
    }
    work = undefined;
  }

  /** @returns `false` when it was given up. */
  async function store(batch: readonly InboundEvent[]): Promise<boolean> {
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(MAX_PAUSE_MS, pauseMs * 2)) {
      try {
        await inbound.accept(batch);
        return true;
      } catch (error) {
        log.warn("messages could not be stored and are tried again", { count: batch.length, code: codeOf(error) });
      }
      if (!(await pause(pauseMs))) return false;
    }
  }

  function pause(ms: number): Promise<boolean> {
    return sleep(ms, true, { signal: over.signal }).catch(() => false);
  }

  return {
    add(event) {
      if (waiting.length >= MAX_WAITING) return log.error("a message was lost: nothing can be stored", {});
      waiting.push(event);
      work ??= storeAll();
    },
    async settle(graceMs) {
      if (work !== undefined) await Promise.race([work, sleep(graceMs, undefined, { signal: over.signal })]);
      if (waiting.length > 0) log.error("messages were lost: they could not be stored", { count: waiting.length });
      over.abort();
    },
  };
}

function codeOf(error: unknown): string {
  return isLoongError(error) ? error.code : "unexpected";
}
