import { compose, type Composition, type StopRequest } from "./compose.ts";
import { attachPrompt } from "./prompt.ts";
import type { RunGatewayOptions } from "./run-options.ts";

export type { HostOptions } from "./options.ts";
export type { RunGatewayOptions, Terminal } from "./run-options.ts";

/** How a gateway ended that had started. */
export interface ExitReport {
  readonly code: 0;
  /** `"SIGTERM"`, `"stopped by loong gateway stop"`. */
  readonly reason: string;
  /** `gateway restart` asked for another one in its place. */
  readonly restart: boolean;
}

/**
 * Runs the gateway until it is asked to end: by `signal`, by `gateway stop`, or at its prompt. Then nothing more is taken,
 * sends under way end, turns are given back, all within 8 s.
 *
 * @throws before anything is locked: GATEWAY_SELECTOR_*, GATEWAY_CHANNEL_UNCONFIGURED, GATEWAY_CONFIG_UNUSABLE.
 * @throws GATEWAY_ALREADY_RUNNING, GATEWAY_PORT_TAKEN, GATEWAY_LOCK_UNUSABLE, HOST_DIRECTORY_UNSAFE: the command exits 78.
 * @throws JOURNAL_* when the journal cannot be opened.
 */
export async function runGateway(options: RunGatewayOptions): Promise<ExitReport> {
  const gateway = await compose(options);
  const stopped = untilStopped(gateway, options.signal);
  const prompt = attachPrompt(gateway, options);
  const { reason, restart } = await stopped;
  prompt?.close();
  await gateway.stop(reason);
  return { code: 0, reason, restart };
}

async function untilStopped(gateway: Composition, signal: AbortSignal): Promise<StopRequest> {
  if (signal.aborted) return { reason: reasonOf(signal), restart: false };
  const bySignal = new Promise<StopRequest>((resolve) => {
    signal.addEventListener("abort", () => resolve({ reason: reasonOf(signal), restart: false }), { once: true });
  });
  return Promise.race([bySignal, gateway.stopRequested]);
}

function reasonOf({ reason }: AbortSignal): string {
  return typeof reason === "string" ? reason : "asked to end";
}
