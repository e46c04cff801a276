import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { defaultCatalogue, type ListedModel } from "./catalogue.ts";
import { createFaultPlan, type FaultPlan, type LlmFault } from "./faults.ts";
import { type Protocol, protocolOf } from "./protocols.ts";
import { type Heard, piecesOf, type ReplyRule, replyTo } from "./replies.ts";

export interface LlmEmulatorOptions {
  /** 0 or absent: a free one. */
  readonly port?: number;
  readonly host?: string;
  /** Keys that are let in. Absent: any key, but one there must be. */
  readonly keys?: readonly string[];
  readonly models?: readonly ListedModel[];
  readonly replies?: readonly ReplyRule[];
  /** Between the pieces of a streamed answer, in milliseconds. */
  readonly pieceDelayMs?: number;
}

/** One request as it came, without its key. */
export interface LoggedRequest {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}

export interface LlmEmulator extends Pick<FaultPlan, "add" | "clear"> {
  /** `http://127.0.0.1:<port>`; any path before `/chat/completions`, `/messages` or `/models` is accepted. */
  readonly url: string;
  requests(): readonly LoggedRequest[];
  close(): Promise<void>;
}

const MAX_BODY_BYTES = 8 * 1024 * 1024;
const KEEP_REQUESTS = 1_000;
const CUT_AFTER_MS = 20;
/** Faults that show while an answer is spoken. */
const SPOKEN = new Set<LlmFault["kind"]>(["cut", "end-early", "stall", "slow", "empty"]);

/**
 * A model provider on this machine: OpenAI's chat completions and models, Anthropic's messages, streamed or whole.
 * @see https://platform.openai.com/docs/api-reference/chat (read 2026-11) and https://docs.anthropic.com/en/api/messages
 */
export async function startLlmEmulator(options: LlmEmulatorOptions = {}): Promise<LlmEmulator> {
  const { host = "127.0.0.1", models = defaultCatalogue, replies = [], pieceDelayMs = 0 } = options;
  const faults = createFaultPlan();
  const log: LoggedRequest[] = [];

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? "/", "http://emulator").pathname;
    const body = parsed(await bodyOf(request));
    log.push({ method: request.method ?? "", path, body });
    if (log.length > KEEP_REQUESTS) log.shift();
    const protocol = protocolOf(path);
    if (protocol === undefined)
      return json(response, 404, { error: { code: "not_found", message: `nothing is at ${path}` } });
    if (!isLetIn(request, options.keys))
      return json(response, 401, { error: { code: "invalid_api_key", message: "Incorrect API key provided." } });
    if (protocol === "models") return listModels(response, faults.take("models"));
    if (!isObject(body))
      return json(response, 400, {
        error: { code: "invalid_request_error", message: "the body is not a JSON object" },
      });
    const heard = protocol.hear(body);
    if (!models.some(({ id }) => id === heard.model)) {
      return json(response, 404, {
        error: { code: "model_not_found", message: `The model ${heard.model} does not exist.` },
      });
    }
    return speak(response, protocol, heard, body["stream"] === true, faults.take("chat"));
  }

  function listModels(response: ServerResponse, fault: LlmFault | undefined): void | Promise<void> {
    return fault === undefined ? json(response, 200, { object: "list", data: models }) : fail(response, fault);
  }

  async function speak(
    response: ServerResponse,
    protocol: Protocol,
    heard: Heard,
    stream: boolean,
    fault: LlmFault | undefined,
  ): Promise<void> {
    if (fault !== undefined && !SPOKEN.has(fault.kind)) return fail(response, fault);
    const text = fault?.kind === "empty" ? "" : replyTo(heard, replies);
    if (!stream) return json(response, 200, protocol.whole(heard, text));
    response.writeHead(200, { "content-type": "text/event-stream" });
    const delayMs = fault?.kind === "slow" ? fault.pieceDelayMs : pieceDelayMs;
    let said = 0;
    response.write(protocol.begin(heard));
    for (const piece of piecesOf(text)) {
      if (fault?.kind === "cut" && said === fault.afterPieces) {
        // What was said so far reaches the other side first.
        await sleep(CUT_AFTER_MS);
        return void response.destroy();
      }
      if (fault?.kind === "end-early" && said === fault.afterPieces) return void response.end();
      if (fault?.kind === "stall" && said === fault.afterPieces) return;
      if (delayMs > 0) await sleep(delayMs, undefined, { ref: false });
      response.write(protocol.piece(heard, piece));
      said += 1;
    }
    response.end(protocol.end(heard, text));
  }

  async function fail(response: ServerResponse, fault: LlmFault): Promise<void> {
    switch (fault.kind) {
      case "status":
        if (fault.retryAfterSeconds !== undefined) response.setHeader("retry-after", String(fault.retryAfterSeconds));
        return json(response, fault.status, fault.body ?? { error: { message: `emulated ${fault.status}` } });
      case "error-in-200":
        return json(response, 200, fault.body);
      case "garbage":
        response.writeHead(200, { "content-type": "text/event-stream" });
        return void response.end("data: {not json\n\n");
      case "hang":
      case "cut":
      case "end-early":
      case "stall":
      case "empty":
      case "slow":
        return undefined;
    }
  }

  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${host}:${port}`,
    requests: () => [...log],
    add: faults.add,
    clear: faults.clear,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function isLetIn({ headers }: IncomingMessage, keys: readonly string[] | undefined): boolean {
  const key = headers["x-api-key"] ?? /^Bearer (.+)$/i.exec(headers.authorization ?? "")?.[1];
  return typeof key === "string" && (keys === undefined || keys.includes(key));
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) throw new Error("the body is too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
