/**
 * What `work` comes to. Who was told to stop and goes on is given `graceMs`, and then up.
 *
 * @throws what `late` makes.
 */
export async function inTime<T>(work: Promise<T>, signal: AbortSignal, graceMs: number, late: () => Error): Promise<T> {
  const givenUp = Promise.withResolvers<never>();
  let timer: NodeJS.Timeout | undefined;
  const onAbort = () => {
    timer = setTimeout(() => givenUp.reject(late()), graceMs);
  };
  if (signal.aborted) onAbort();
  else signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([work, givenUp.promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
    clearTimeout(timer);
  }
}
