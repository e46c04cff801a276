import { createServer, type Server } from "node:net";

/** A name only one process of this machine can listen on; it is gone with its process. */
const TURN = "\0loong-tests-default-port";
const RETRY_MS = 100;

/** Waits for the turn to use the gateway's default port, which tests that run side by side cannot share. */
export async function defaultPort(): Promise<{ readonly port: number; [Symbol.dispose](): void }> {
  for (;;) {
    const turn = createServer();
    const error = await listening(turn);
    if (error === undefined) return { port: 18_789, [Symbol.dispose]: () => void turn.close() };
    if (error.code !== "EADDRINUSE") throw error;
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

/** @returns what was in the way, if anything. */
function listening(turn: Server): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    turn.once("error", resolve);
    turn.listen(TURN, () => resolve(undefined));
  });
}
