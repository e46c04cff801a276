import { setTimeout as sleep } from "node:timers/promises";
import type { Inbound, Logger } from "@loong/sdk";
import type { CallApi } from "../api/call.ts";
import { fetchUpdates, type Updates } from "../api/updates.ts";
import { inboundEvent, isWireEvent } from "./event.ts";

const WAIT_S = 25;
const STORE_RETRY_MS = 500;

export interface PollParts {
  readonly call: CallApi;
  readonly log: Logger;
}

/**
 * Polls until `signal` aborts, then resolves. Rejects when a poll fails: the gateway begins again, with backoff, at the
 * cursor that it has stored.
 */
export async function poll({ call, log }: PollParts, inbound: Inbound, signal: AbortSignal): Promise<void> {
  inbound.report({ state: "connecting" });
  let after = await inbound.cursor();
  // The first poll is not held: its answer proves that events can come.
  let waitS = 0;
  while (!signal.aborted) {
    const updates = await unlessAborted(fetchUpdates(call, { after, waitS }, signal), signal);
    if (updates === undefined) return;
    inbound.report({ state: "connected" });
    waitS = WAIT_S;
    if (await store(updates, inbound, log)) after = updates.next;
    else await sleep(STORE_RETRY_MS, undefined, { signal }).catch(() => {});
  }
}

async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}

/** @returns false when nothing was stored: the same updates are asked for again, and nothing is confirmed. */
async function store({ events, next }: Updates, inbound: Inbound, log: Logger): Promise<boolean> {
  if (events.length === 0) return true;
  const known = events.filter(isWireEvent);
  if (known.length < events.length) log.warn("events that cannot be read were passed over", { next });
  try {
    await inbound.accept(known.map(inboundEvent), next);
    return true;
  } catch (error) {
    log.warn("events could not be stored, and are asked for again", { reason: String(error) });
    return false;
  }
}
