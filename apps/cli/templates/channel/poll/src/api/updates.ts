import type { CallApi } from "./call.ts";

/** Until the platform answers an empty poll, and a little for the way. */
const GRACE_MS = 10_000;

export interface Updates {
  /** Oldest first, not yet looked at. */
  readonly events: readonly unknown[];
  /** Asking after this confirms `events`. */
  readonly next: string;
}

/**
 * Asks for what happened after `after`; the platform waits up to `waitS` seconds for something to happen. Asking
 * confirms everything up to `after`: the platform forgets it.
 */
export async function fetchUpdates(
  call: CallApi,
  { after, waitS }: { readonly after: string | undefined; readonly waitS: number },
  signal: AbortSignal,
): Promise<Updates> {
  const query = new URLSearchParams({ wait: String(waitS), ...(after === undefined ? {} : { after }) });
  const path = `api/updates?${query.toString()}`;
  return (await call({ method: "GET", path, timeoutMs: waitS * 1_000 + GRACE_MS }, signal)) as Updates;
}
