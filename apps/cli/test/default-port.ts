import { once } from "node:events";
import { createServer } from "node:net";

/** A name only one process of this machine can listen on; it is gone with its process. */
const TURN = "\0loong-tests-default-port";
const RETRY_MS = 100;

/** Waits for the turn to use the gateway's default port, which tests that run side by side cannot share. */
export async function defaultPort(): Promise<{ readonly port: number; [Symbol.dispose](): void }> {
  for (;;) {
    const turn = createServer().listen(TURN);
    const outcome = await Promise.race([
      once(turn, "listening").then(() => "mine" as const),
      once(turn, "error").then(([error]) => error as NodeJS.ErrnoException),
    ]);
    if (outcome === "mine") return { port: 18_789, [Symbol.dispose]: () => void turn.close() };
    if (outcome.code !== "EADDRINUSE") throw outcome;
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}
