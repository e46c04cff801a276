import { setTimeout as sleep } from "node:timers/promises";
import { type Inbound, type InboundEvent, type Logger, isLoongError } from "@loong/sdk";

const FIRST_PAUSE_MS = 500;
const MAX_PAUSE_MS = 15_000;
const MAX_BATCH = 200;
/** Beyond this nothing can be stored for so long that memory is the next to go. */
const MAX_WAITING = 5_000;

/**
 * Hands events over in order. The platform knows no acknowledgement and sends nothing again, so what could not be stored is
 * kept here and tried until it is, also when its connection is long gone; what comes meanwhile waits behind it.
 */
export interface Intake {
  /** Stores through `inbound` from now on, also what has waited for it. */
  open(inbound: Pick<Inbound, "accept">): void;
  add(event: InboundEvent): void;
  /** Resolves when everything is stored, or after `graceMs`. Nothing is tried after that, until it is opened again. */
  settle(graceMs: number): Promise<void>;
}

export function createIntake(log: Logger): Intake {
  const waiting: InboundEvent[] = [];
  let over = new AbortController();
  let target: Pick<Inbound, "accept"> | undefined;
  let work: Promise<void> | undefined;

  /** What comes before anybody can store it waits. */
  function begin(): void {
    if (target !== undefined && waiting.length > 0 && !over.signal.aborted) work ??= storeAll();
  }

  /** Ends early when everything is given up. */
  function pause(ms: number): Promise<void> {
    return sleep(ms, undefined, { signal: over.signal }).catch(() => {});
  }

  async function storeAll(): Promise<void> {
    let pauseMs = FIRST_PAUSE_MS;
    while (waiting.length > 0 && !over.signal.aborted) {
      if (await store(waiting.slice(0, MAX_BATCH))) pauseMs = FIRST_PAUSE_MS;
      else {
        await pause(pauseMs);
        pauseMs = Math.min(MAX_PAUSE_MS, pauseMs * 2);
      }
    }
    work = undefined;
  }

  async function store(batch: readonly InboundEvent[]): Promise<boolean> {
    try {
      await target?.accept(batch);
      const isGivenUp = waiting[0] !== batch[0];
      if (!isGivenUp) waiting.splice(0, batch.length);
      return true;
    } catch (error) {
      log.warn("messages could not be stored and are tried again", { count: waiting.length, code: codeOf(error) });
      return false;
    }
  }

  return {
    open(inbound) {
      target = inbound;
      if (over.signal.aborted) over = new AbortController();
      begin();
    },
    add(event) {
      if (waiting.length >= MAX_WAITING) return log.error("a message was lost: nothing can be stored", {});
      waiting.push(event);
      begin();
    },
    async settle(graceMs) {
      if (work !== undefined) await Promise.race([work, pause(graceMs)]);
      const lost = waiting.splice(0).length;
      if (lost > 0) log.error("messages were lost: they could not be stored", { count: lost });
      over.abort();
    },
  };
}

function codeOf(error: unknown): string {
  return isLoongError(error) ? error.code : "unexpected";
}
