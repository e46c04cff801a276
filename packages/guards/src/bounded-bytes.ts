const GRACE_MS = 5_000;
const LEAST_BYTES_PER_SECOND = 1_024;

/**
 * Passes on what is downloaded while it is at most `maxBytes`, whatever was said of its size, and, once five seconds are over,
 * at least 1 KB a second: a sender that trickles holds nobody up.
 *
 * @param refusal - The error that ends it.
 * @param now - Milliseconds of a clock that does not jump.
 */
export async function* boundedBytes<Chunk extends Uint8Array>(
  chunks: AsyncIterable<Chunk>,
  maxBytes: number,
  refusal: (why: "too large" | "too slow") => Error,
  now: () => number = () => performance.now(),
): AsyncGenerator<Chunk, void, undefined> {
  const startedAtMs = now();
  let sizeBytes = 0;
  for await (const chunk of chunks) {
    sizeBytes += chunk.length;
    if (sizeBytes > maxBytes) throw refusal("too large");
    const elapsedMs = now() - startedAtMs;
    if (elapsedMs > GRACE_MS && sizeBytes < (elapsedMs / 1_000) * LEAST_BYTES_PER_SECOND) throw refusal("too slow");
    yield chunk;
  }
}
