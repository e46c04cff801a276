import type { Agent } from "node:http";
import { createRequire } from "node:module";
import type * as Client from "@larksuiteoapi/node-sdk";
import type { Logger } from "@loong/sdk";

/** Something must come in this soon after a ping, else the link is half open and ends. */
const PONG_TIMEOUT_MS = 4_000;
const HANDSHAKE_TIMEOUT_MS = 10_000;
/** Three trace lines belong to one ping and its pong; more than this within a second is a run-away timer. */
const MAX_TRACES_PER_SECOND = 30;

export interface LinkOptions {
  readonly appId: string;
  readonly appSecret: string;
  /** Without a slash at the end. */
  readonly baseUrl: string;
  /** For the socket. */
  readonly agent: Agent;
  /** Asks the platform where to connect; gives the parsed JSON of its answer. */
  discover(url: string, body: unknown): Promise<unknown>;
  /** An envelope as it came. The platform gets its acknowledgement when this resolves, a failure when it rejects. */
  onEvent(envelope: unknown): Promise<void>;
  /** The socket stands. */
  onOpen(): void;
  /** Something came in over it. */
  onAlive(): void;
  readonly log: Logger;
}

export interface Link {
  /** Resolves with the reason once the link is over. */
  readonly ended: Promise<"not opened" | "lost" | "ran wild">;
  close(): void;
}

/**
 * One long connection through the platform's own client: from `openLink` until it breaks, never again. The client's own
 * reconnecting is off, because it gives up for good on some answers and says nothing on others; whoever supervises opens a
 * new link. The only file that knows the client, which costs a quarter of a second and 60 MB to load.
 */
export async function openLink(options: LinkOptions): Promise<Link> {
  const sdk = loadClient();
  const { promise: ended, resolve: end } = Promise.withResolvers<"not opened" | "lost" | "ran wild">();
  let isAlive = false;
  let proof: NodeJS.Timeout | undefined;
  let heardAtMs = 0;

  function alive(): void {
    heardAtMs = performance.now();
    clearTimeout(proof);
    if (isAlive) return;
    isAlive = true;
    options.onAlive();
  }

  /** The client's own watch starts anew with each ping, so it never ends when pings are closer together than it is long. */
  function pinged(sincePingMs: number): void {
    if (sincePingMs >= PONG_TIMEOUT_MS) return;
    // A process that was held up reads first what came meanwhile.
    setImmediate(() => {
      if (performance.now() - heardAtMs > PONG_TIMEOUT_MS) end("lost");
    });
  }

  /** The client tells of a lost link only by its state, and always says something just before that changes. */
  function checkSoon(): void {
    setImmediate(() => {
      const { state } = client.getConnectionStatus();
      if (state === "reconnecting") end("lost");
      if (state === "failed") end("not opened");
    });
  }

  class Dispatcher extends sdk.EventDispatcher {
    /** Takes every event unflattened, so that both ways in share one parser. A rejection makes the client answer 500. */
    override async invoke(envelope: unknown): Promise<void> {
      alive();
      await options.onEvent(envelope);
    }
  }

  const client = new sdk.WSClient({
    appId: options.appId,
    appSecret: options.appSecret,
    domain: options.baseUrl,
    httpInstance: discovery(options),
    autoReconnect: false,
    handshakeTimeoutMs: HANDSHAKE_TIMEOUT_MS,
    wsConfig: { pingTimeout: PONG_TIMEOUT_MS / 1_000 },
    loggerLevel: sdk.LoggerLevel.trace,
    logger: guardedLogger(options.log, { spoke: checkSoon, alive, pinged, ranWild: () => end("ran wild") }),
    agent: options.agent,
    onReady() {
      heardAtMs = performance.now();
      options.onOpen();
      // A pong without content leaves no trace, but a link that outlives the time for it had one.
      proof = setTimeout(alive, PONG_TIMEOUT_MS + 1_000).unref();
    },
    onError: () => end("not opened"),
  });
  const eventDispatcher = new Dispatcher({ cache: new sdk.DefaultCache(), logger: guardedLogger(options.log) });
  await client.start({ eventDispatcher });
  return {
    ended,
    close() {
      clearTimeout(proof);
      client.close({ force: true });
    },
  };
}

/** As what it is, one CommonJS file of 6 MB: an `import` reads it two more times, for its format and for its exports. */
function loadClient(): typeof Client {
  return createRequire(import.meta.url)("@larksuiteoapi/node-sdk") as typeof Client;
}

/** The client asks for one address only. */
function discovery({ discover }: LinkOptions): Client.HttpInstance {
  const request = ({ url, data }: { url?: string; data?: unknown }) => discover(url ?? "", data);
  return { request } as unknown as Client.HttpInstance;
}

/** What the client's words give away about its link. */
interface Overheard {
  spoke(): void;
  alive(): void;
  pinged(sincePingMs: number): void;
  ranWild(): void;
}

/** What the client logs holds secrets, addresses with tickets and message texts, always after the first `:` or `,`. */
function guardedLogger(log: Logger, overheard?: Overheard) {
  let pingAtMs = -Infinity;
  let traces = 0;
  let secondBeganMs = 0;
  const write = (parts: unknown): void => {
    overheard?.spoke();
    log.debug(`sdk: ${headOf(parts)}`);
  };
  return {
    error: write,
    warn: write,
    info: write,
    debug: write,
    trace(parts: unknown) {
      const nowMs = performance.now();
      const words = headOf(parts);
      if (words.includes("receive pong")) overheard?.alive();
      if (words.includes("ping success")) {
        overheard?.pinged(nowMs - pingAtMs);
        pingAtMs = nowMs;
      }
      if (nowMs - secondBeganMs > 1_000) [secondBeganMs, traces] = [nowMs, 0];
      if (++traces > MAX_TRACES_PER_SECOND) overheard?.ranWild();
    },
  };
}

function headOf(parts: unknown): string {
  const texts = (Array.isArray(parts) ? parts : [parts]).filter((part): part is string => typeof part === "string");
  return (texts.join(" ").split(/[:,]/, 1)[0] ?? "").slice(0, 80);
}
