import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { type Channel, type Inbound, isLoongError, type WebhookRequest } from "@loong/sdk";
import type { MemoryChannel } from "@loong/testkit";

interface Asked {
  readonly token: string;
  readonly method: string;
  readonly args: readonly never[];
}
interface Answered {
  readonly accept: number;
  readonly value?: never;
  readonly error?: { readonly message: string };
}

/** The memory platform for channels in other processes. */
export async function serveMemory(memory: MemoryChannel) {
  const waiting = new Map<number, (answer: Answered) => void>();
  let lastId = 0;
  let closed = false;

  function channelFor({ token }: Asked): Channel {
    return memory.plugin.open({ token }, { ...hostOf(memory) });
  }

  async function call(asked: Asked, signal: AbortSignal): Promise<unknown> {
    const channel = channelFor(asked);
    const [name = "", ability] = asked.method.split(".");
    const owner = ability === undefined ? channel : (channel as unknown as Record<string, object>)[name];
    const method = (owner as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>)[ability ?? name];
    return method?.call(owner, ...asked.args, signal);
  }

  function inboundTo(response: ServerResponse): Inbound {
    const write = (line: object) => void response.write(`${JSON.stringify(line)}\n`);
    return {
      async accept(events) {
        const accept = ++lastId;
        const answer = new Promise<Answered>((resolve) => waiting.set(accept, resolve));
        write({ accept, events });
        const { value, error } = await answer;
        if (error !== undefined) throw new Error(error.message);
        return value ?? [];
      },
      cursor: async () => undefined,
      report: (report) => write({ report }),
    };
  }

  async function listen(asked: Asked, response: ServerResponse): Promise<unknown> {
    const channel = channelFor(asked);
    const inbound = inboundTo(response);
    const gone = new AbortController();
    response.on("close", () => gone.abort());
    response.flushHeaders();
    if (asked.method === "serve") return channel.serve?.(inbound, gone.signal);
    const [request] = asked.args as unknown as [WebhookRequest & { body: string }];
    return channel.webhook?.handle({ ...request, body: Buffer.from(request.body, "base64") }, inbound);
  }

  const server = createServer((request, response) => void answer(request, response));
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // What the client keeps for the next request would look like something that a channel left behind.
    response.setHeader("connection", "close");
    const body = await json(request);
    const gone = new AbortController();
    request.on("close", () => response.writableEnded || gone.abort());
    if (request.url === "/accepted") {
      waiting.get((body as Answered).accept)?.(body as Answered);
      response.end("{}");
      return;
    }
    const work = request.url === "/listen" ? listen(body as Asked, response) : call(body as Asked, gone.signal);
    const line = await work.then(
      (value) => ({ value: value ?? null }),
      (error: unknown) => ({ error: factsOf(error) }),
    );
    response.end(`${JSON.stringify(line)}\n`);
  }

  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      if (closed) return;
      closed = true;
      server.close();
      server.closeAllConnections();
      await memory.close();
    },
  };
}

function hostOf(_memory: MemoryChannel) {
  const silent = () => undefined;
  const log = { debug: silent, info: silent, warn: silent, error: silent };
  return { accountId: "far", log, clock: { now: Date.now }, dataDir: "" };
}

function factsOf(error: unknown): object {
  return isLoongError(error) ? error.toJSON() : { message: String(error) };
}
