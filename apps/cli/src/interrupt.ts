/** What is listened to: `process`, or an emitter in its place. */
export interface SignalSource {
  on(signal: "SIGINT" | "SIGTERM" | "SIGHUP", listener: () => void): unknown;
}

/**
 * Aborts at the first SIGINT, SIGTERM or SIGHUP. A second one ends the process at once: somebody does not want to wait.
 */
export function onInterrupt(
  source: SignalSource,
  endNow: (exitCode: number) => void = (code) => process.exit(code),
): AbortSignal {
  const controller = new AbortController();
  const listen = (signal: "SIGINT" | "SIGTERM" | "SIGHUP", number: number) =>
    source.on(signal, () => {
      if (controller.signal.aborted) endNow(128 + number);
      controller.abort(signal);
    });
  listen("SIGHUP", 1);
  listen("SIGINT", 2);
  listen("SIGTERM", 15);
  return controller.signal;
}
