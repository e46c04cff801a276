import { type Inbound, LoongError, isLoongError } from "@loong/sdk";
import { aborted } from "../aborted.ts";
import type { Connection } from "../connection.ts";
import { wecomErrors } from "../errors.ts";
import type { Intake } from "./intake.ts";
import type { Receiver } from "./receive.ts";

/** How long a stop waits for answers that the platform has not confirmed yet, and then for messages that are being stored. */
const GRACE_MS = 1_000;

export interface LongConnectionParts {
  readonly connection: Connection;
  readonly receiver: Receiver;
  readonly intake: Intake;
  /** The least pause before the next attempt. */
  readonly retryInMs: number;
}

/**
 * Receives over one long connection until `signal` aborts. Rejects when the connection is over, with the reason and the
 * least pause before it makes sense to call again; the next call opens a new one.
 */
export async function serveLongConnection(
  { connection, receiver, intake, retryInMs }: LongConnectionParts,
  inbound: Inbound,
  signal: AbortSignal,
): Promise<void> {
  intake.open(inbound);
  inbound.report({ state: "connecting" });
  const link = connection.serve((push) => receiver.receive(push, link), signal);
  try {
    const { ended } = await link;
    inbound.report({ state: "connected" });
    const why = await Promise.race([ended, aborted(signal)]);
    if (!signal.aborted) throw (why === "aborted" ? undefined : why) ?? wecomErrors.WECOM_LINK_LOST(["closed"]);
  } catch (error) {
    if (!signal.aborted) throw announced(withPause(error, retryInMs), inbound);
  } finally {
    // Cut off, they might be said again after the next start.
    if (signal.aborted) await connection.finish(GRACE_MS);
    const goodbye = link.then((open) => open.close()).catch(() => undefined);
    if (signal.aborted) {
      // What was on its way here still comes, until the platform has said goodbye as well.
      await goodbye;
      await intake.settle(GRACE_MS);
      connection.release();
    }
  }
}

/** A loss that mends itself is told with its pause; for the others the error says all. */
function announced(error: unknown, inbound: Inbound): unknown {
  if (isLoongError(error) && error.outcome === "not-sent") {
    inbound.report({
      state: "disconnected",
      reason: `${error.code}: ${error.message}`,
      ...(error.retryAfterMs === undefined ? {} : { retryInMs: error.retryAfterMs }),
    });
  }
  return error;
}

function withPause(error: unknown, leastMs: number): unknown {
  if (!isLoongError(error) || error.outcome !== "not-sent") return error;
  return new LoongError(error.code, error.message, {
    outcome: error.outcome,
    retryAfterMs: Math.max(leastMs, error.retryAfterMs ?? 0),
    cause: error,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
  });
}
