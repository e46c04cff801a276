import { Readable } from "node:stream";
import { Agent, type Dispatcher } from "undici";

/** What an application answered. `body` is empty when it did not arrive whole, or was larger than 64 KiB. */
export interface Answer {
  readonly status: number;
  readonly retryAfter?: string;
  readonly body: string;
}

/** No answer. `started` tells whether bytes of the request may have arrived. */
export interface NoAnswer {
  readonly started: boolean;
  readonly cause: unknown;
}

export interface Transport {
  /** Posts once: nothing is repeated or followed. */
  post(
    url: string,
    headers: Readonly<Record<string, string>>,
    body: Uint8Array,
    signal: AbortSignal,
  ): Promise<Answer | NoAnswer>;
  close(): Promise<void>;
}

const CONNECT_LIMIT_MS = 5_000;
const CALL_LIMIT_MS = 20_000;
const MAX_ANSWER_BYTES = 65_536;

export function createTransport(): Transport {
  const agent = new Agent({ connect: { timeout: CONNECT_LIMIT_MS }, maxResponseSize: MAX_ANSWER_BYTES });
  let closed: Promise<void> | undefined;
  return {
    async post(url, headers, body, caller) {
      const progress = { started: false };
      const signal = AbortSignal.any([caller, AbortSignal.timeout(CALL_LIMIT_MS)]);
      try {
        signal.throwIfAborted();
        const response = await agent.request({
          ...target(url),
          method: "POST",
          headers: { ...headers, "content-length": String(body.length) },
          body: noting(progress, body),
          signal,
        });
        return await answerOf(response);
      } catch (cause) {
        return { started: progress.started, cause };
      }
    },
    close: () => (closed ??= agent.destroy()),
  };
}

function target(url: string): { readonly origin: string; readonly path: string } {
  const { origin, pathname, search } = new URL(url);
  return { origin, path: `${pathname}${search}` };
}

/** The status alone decides; a body that is cut off or too large says nothing. */
async function answerOf({ statusCode, headers, body }: Dispatcher.ResponseData): Promise<Answer> {
  const retryAfter = headers["retry-after"];
  return {
    status: statusCode,
    ...(typeof retryAfter === "string" ? { retryAfter } : {}),
    body: await body.text().catch(() => ""),
  };
}

/** Read only once a connection is there and the request begins to be written on it. */
function noting(progress: { started: boolean }, body: Uint8Array): Readable {
  return new Readable({
    read() {
      progress.started = true;
      this.push(body);
      this.push(null);
    },
  });
}
