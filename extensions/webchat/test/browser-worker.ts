import { type Worker, isMainThread, parentPort, workerData } from "node:worker_threads";
import { type Browser, type BrowserOptions, openBrowser } from "./visitor-browser.ts";

// A browser in a thread of its own: what it opens is not counted as the channel's.

type Calls = Readonly<Record<string, (...args: readonly unknown[]) => unknown>>;
interface Call {
  readonly id: number;
  readonly method: string;
  readonly args: readonly unknown[];
}

/** A browser whose every answer comes from its thread. */
export type RemoteBrowser = {
  readonly [Method in keyof Browser]: (
    ...args: Parameters<Browser[Method]>
  ) => Promise<Awaited<ReturnType<Browser[Method]>>>;
};

/** Drives the browser that `worker` runs. */
export function remoteBrowser(worker: Worker): RemoteBrowser {
  const waiting = new Map<number, (value: unknown) => void>();
  let calls = 0;
  worker.on("message", ({ id, value }: { id: number; value: unknown }) => {
    waiting.get(id)?.(value);
    waiting.delete(id);
  });
  return new Proxy({} as RemoteBrowser, {
    get:
      (_, method) =>
      (...args: readonly unknown[]) => {
        calls += 1;
        const id = calls;
        return new Promise((resolve) => {
          waiting.set(id, resolve);
          // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has none
          worker.postMessage({ id, method: String(method), args } satisfies Call);
        });
      },
  });
}

if (!isMainThread && parentPort !== null) {
  const browser = openBrowser(workerData as BrowserOptions) as unknown as Calls;
  const port = parentPort;
  const answer = async ({ id, method, args }: Call) => {
    port.postMessage({ id, value: await browser[method]?.(...args) });
  };
  port.on("message", (call: Call) => void answer(call));
}
