import type { IncomingMessage, ServerResponse } from "node:http";
import { parseJson } from "@loong/emulator-kit";
import type { FaultAction, Faults } from "./faults.ts";
import type { Hooks } from "./hooks.ts";
import { dingtalkReceiver } from "./receivers/dingtalk.ts";
import { feishuReceiver } from "./receivers/feishu.ts";
import { plainReceiver } from "./receivers/plain.ts";
import { type Addressed, type Call, type Receiver, type Reply, addressed, isTooFast } from "./receivers/receiver.ts";
import { slackReceiver } from "./receivers/slack.ts";
import { wecomReceiver } from "./receivers/wecom.ts";

const MAX_BODY_BYTES = 1024 * 1024;
const RECEIVERS: readonly Receiver[] = [feishuReceiver, wecomReceiver, dingtalkReceiver, slackReceiver, plainReceiver];

export interface ServerPorts {
  readonly hooks: Hooks;
  readonly faults: Faults;
  readonly now: () => number;
  readonly strictRates: boolean;
  readonly log: (request: LoggedRequest) => void;
}

/** A request to a hook, and what came of it. */
export interface LoggedRequest {
  readonly atMs: number;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  /** Absent when there was no answer. */
  readonly status?: number;
}

/** @returns `undefined` when the body is larger than anything a receiver reads. */
export async function readCall(request: IncomingMessage): Promise<Call | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) return undefined;
  }
  const { pathname: path, searchParams: query } = new URL(request.url ?? "/", "http://emulator");
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
  const body = parseJson(Buffer.concat(chunks).toString("utf8"));
  return { method: request.method ?? "GET", path, query, headers, bytes, body };
}

/** Answers requests to hooks, right or wrong as the faults say. */
export function createServer(ports: ServerPorts): (call: Call, response: ServerResponse) => void {
  return (call, response) => {
    const found = addressed(call, RECEIVERS, ports.hooks);
    const kind = found?.hook?.kind ?? found?.receiver.kinds[0];
    const action = kind === undefined ? undefined : ports.faults.strike(kind);
    const hasEffect = action === undefined || action === "reset-after";
    const real = hasEffect ? takeIn(call, found, ports) : undefined;
    const reply = action === undefined ? real : instead(action, found?.receiver);
    const { method, path, headers, body } = call;
    const status = reply === undefined ? {} : { status: reply.status };
    ports.log({ atMs: ports.now(), method, path, headers, body, ...status });
    if (reply !== undefined) write(response, reply);
    else if (action !== "hang") response.socket?.resetAndDestroy();
  };
}

function takeIn(call: Call, found: Addressed | undefined, { now, strictRates }: ServerPorts): Reply {
  if (found === undefined) return { status: 404, body: "404 page not found" };
  const { receiver, hook } = found;
  const nowMs = now();
  if (hook !== undefined && strictRates && isTooFast(receiver, hook, nowMs)) {
    return receiver.error(receiver.tooFast.code, receiver.tooFast.words);
  }
  const reply = receiver.answer(call, hook, nowMs);
  if (reply.shows !== undefined && hook !== undefined) {
    hook.shown.push({ ...reply.shows, kind: hook.kind, raw: call.body, headers: call.headers, atMs: nowMs });
  }
  return reply;
}

/** What the caller gets instead of the truth; nothing for broken sockets and silence. */
function instead(action: FaultAction, receiver: Receiver | undefined): Reply | undefined {
  if (typeof action === "string") return action === "html" ? BAD_GATEWAY : undefined;
  if ("status" in action) {
    const { status, headers, body = {} } = action;
    const given = typeof body === "object" && body !== null ? body : String(body);
    return { status, body: given, ...(headers === undefined ? {} : { headers }) };
  }
  if ("retryAfterSeconds" in action) {
    return { status: 429, headers: { "retry-after": String(action.retryAfterSeconds) }, body: "rate_limited" };
  }
  return receiver?.error(action.errcode, action.errmsg ?? "injected");
}

const BAD_GATEWAY: Reply = {
  status: 502,
  headers: { "content-type": "text/html" },
  body: "<html><head><title>502 Bad Gateway</title></head><body>502 Bad Gateway</body></html>",
};

function write(response: ServerResponse, { status, headers, body }: Reply): void {
  const isText = typeof body === "string";
  const type = isText ? "text/plain; charset=utf-8" : "application/json; charset=utf-8";
  response.writeHead(status, { "content-type": type, ...headers });
  response.end(isText ? body : JSON.stringify(body));
}
