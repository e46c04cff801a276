import { setTimeout as sleep } from "node:timers/promises";
import { type Inbound, isLoongError, type LoongError } from "@loong/sdk";
import type { HttpAccount } from "./account.ts";
import type { Callback } from "./callback/callback.ts";
import { ping } from "./callback/ping.ts";

const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 30_000;

/**
 * Says how things stand with the application until `signal` aborts; its messages come by the webhook. Connected means that
 * it has answered a ping with the right secret.
 *
 * @throws CALLBACK_SECRET_REFUSED, CALLBACK_PONG_WRONG
 */
export async function serve(
  callback: Callback,
  account: HttpAccount,
  inbound: Inbound,
  signal: AbortSignal,
): Promise<void> {
  inbound.report({ state: "connecting" });
  for (let retryInMs = FIRST_RETRY_MS; !signal.aborted; retryInMs = Math.min(retryInMs * 2, LAST_RETRY_MS)) {
    const problem = await failureOf(ping(callback, account, signal));
    if (signal.aborted) return;
    if (problem === undefined) {
      inbound.report({ state: "connected" });
      return untilAborted(signal);
    }
    if (problem.outcome === "bad-credentials") throw problem;
    const { message: reason, hint } = problem;
    inbound.report({ state: "disconnected", reason, ...(hint === undefined ? {} : { hint }), retryInMs });
    await sleep(retryInMs, undefined, { signal }).catch(() => {});
  }
}

async function failureOf(pong: Promise<unknown>): Promise<LoongError | undefined> {
  try {
    await pong;
    return undefined;
  } catch (error) {
    if (isLoongError(error)) return error;
    throw error;
  }
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
