import type { Clock } from "./ports.ts";

/**
 * Runs `work` for at most `timeoutMs`. What runs over is told through its signal and abandoned: a plugin that ignores the
 * signal holds nothing up.
 *
 * @throws what `late` makes, or what `work` throws, or the reason of `outer` when that aborts.
 */
export function withDeadline<T>(
  clock: Clock,
  timeoutMs: number,
  late: () => Error,
  work: (signal: AbortSignal) => Promise<T>,
  outer?: AbortSignal,
): Promise<T> {
  const controller = new AbortController();
  return new Promise<T>((resolve, reject) => {
    const stop = (reason: unknown) => {
      controller.abort(reason);
      reject(reason instanceof Error ? reason : new Error(String(reason)));
    };
    const onOuter = () => stop(outer?.reason);
    const timer = clock.setTimer(timeoutMs, () => stop(late()));
    const settle = (act: () => void) => {
      timer.cancel();
      outer?.removeEventListener("abort", onOuter);
      act();
    };
    if (outer?.aborted === true) return settle(onOuter);
    outer?.addEventListener("abort", onOuter, { once: true });
    work(controller.signal).then(
      (value) => settle(() => resolve(value)),
      (error: unknown) => settle(() => reject(error instanceof Error ? error : new Error(String(error)))),
    );
  });
}
