import type { IncomingMessage } from "node:http";
import type { Deadlines } from "./deadlines.ts";
import type { HttpLimits } from "./limits.ts";
import { type Refusal, refusals } from "./refusals.ts";

type Limits = Pick<HttpLimits, "bodyBytes" | "bodyMs">;

/** A body that is coming in. */
export interface Reading {
  /** The bytes, or why they are not taken, or `undefined` when the sender has gone away. */
  readonly outcome: Promise<Buffer | Refusal | undefined>;
  /** Others wait for its place: it is refused. */
  giveWay(): void;
}

/**
 * Reads a body as it is, up to `bodyBytes` and for `bodyMs`.
 *
 * @param now - Milliseconds of a clock that does not jump.
 */
export function readBody(request: IncomingMessage, limits: Limits, deadlines: Deadlines, now: () => number): Reading {
  const { promise: outcome, resolve } = Promise.withResolvers<Buffer | Refusal | undefined>();
  const chunks: Buffer[] = [];
  let size = 0;
  const met = deadlines.add({ dueAtMs: now() + limits.bodyMs, late: () => settle(refusals.deadline) });
  const onData = (chunk: Buffer) => {
    size += chunk.length;
    if (size > limits.bodyBytes) settle(refusals.size);
    else chunks.push(chunk);
  };
  const onEnd = () => settle(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks, size));
  const onClose = () => settle(undefined);
  function settle(result: Buffer | Refusal | undefined): void {
    met();
    request.off("data", onData).off("end", onEnd).off("close", onClose);
    resolve(result);
  }
  request.on("data", onData).on("end", onEnd).on("close", onClose);
  return { outcome, giveWay: () => settle(refusals.unread) };
}
