import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import llm from "@loong/agent-llm";
import { type AgentRuntime, isLoongError, type Turn } from "@loong/sdk";
import type { Bench } from "../bench.ts";
import { canaries } from "../canaries.ts";
import type { Json } from "../fixture.ts";

interface Input {
  readonly kind?: string;
  readonly status?: number;
  /** Default: server-sent events. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Each after the other: a text, bytes, a pause in milliseconds, `{"data": value}` as one event, or the end of the line. */
  readonly body?: readonly (
    | string
    | number
    | { readonly data: Json }
    | { readonly bytes: string }
    | { readonly cut: true }
  )[];
  /** The list of models, when it is asked for. */
  readonly models?: Json;
  readonly settings?: Readonly<Record<string, Json>>;
}

const turn: Turn = {
  id: "1",
  conversationKey: "chat/main/room",
  conversation: { id: "room", type: "direct" },
  history: [],
  input: { sender: { id: "ann" }, text: "hello" },
};

/** Whatever a model provider answers. */
export async function openLlmBench(): Promise<Bench> {
  let current: Input = {};
  const server = createServer((request, response) => {
    request.resume();
    void answer(request.url ?? "", response, current);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  return {
    async try(input) {
      current = input as Input;
      return outcomeOf(open(baseUrl, current));
    },
    async closes() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
      return undefined;
    },
  };
}

function open(baseUrl: string, { kind = "openai", settings = {} }: Input): AgentRuntime {
  const silent = () => {};
  const log = { debug: silent, info: silent, warn: silent, error: silent };
  const provider = { kind, apiKey: canaries.modelKey, model: "m", baseUrl, retryMaxAttempts: 1, ...settings };
  return llm.open({ providers: { main: provider } }, { log, dataDir: "", clock: { now: Date.now } });
}

async function outcomeOf(agent: AgentRuntime): Promise<{ readonly is: Json; readonly said: string }> {
  let text = "";
  try {
    for await (const event of agent.run(turn, AbortSignal.timeout(12_000)))
      if (event.type === "text") text += event.delta;
    return { is: { text: shortened(text), end: "done" }, said: "" };
  } catch (error) {
    if (!isLoongError(error)) throw error;
    const { code, message, hint = "", outcome = null } = error;
    const isHinted = hint !== "";
    return {
      is: { text: shortened(text), end: code, outcome, ...(isHinted ? {} : { hint: null }) },
      said: `${message} ${hint}`,
    };
  }
}

function shortened(text: string): string {
  return text.length > 100 ? `${text.slice(0, 20)}… (${text.length})` : text;
}

async function answer(url: string, response: ServerResponse, input: Input): Promise<void> {
  if (url.endsWith("/models")) {
    const { models } = input;
    response.writeHead(models === undefined ? 404 : 200, { "content-type": "application/json" });
    return void response.end(JSON.stringify(models ?? {}));
  }
  const { status = 200, headers = { "content-type": "text/event-stream" }, body = [] } = input;
  response.on("error", () => {});
  response.writeHead(status, headers);
  response.flushHeaders();
  for (const piece of body) {
    if (typeof piece === "number") await sleep(piece);
    else if (typeof piece === "string") response.write(piece);
    else if ("bytes" in piece) response.write(Buffer.from(piece.bytes, "latin1"));
    else if ("data" in piece) response.write(`data: ${JSON.stringify(piece.data)}\n\n`);
    else {
      await sleep(20);
      return void response.destroy();
    }
  }
  response.end();
}
