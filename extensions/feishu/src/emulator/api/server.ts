import type { IncomingMessage, ServerResponse } from "node:http";
import { type EmulatorClock, numberAt, parseJson, stringAt } from "@loong/emulator-kit";
import type { Faults, HttpFaultAction } from "../faults.ts";
import { randomHex } from "../ids.ts";
import type { App } from "../state/apps.ts";
import { codeOf, isRefusal, refuse, type Answer, type Refusal } from "./answer.ts";
import { authorize, permit } from "./authorize.ts";
import { rateLimited, type Rates } from "./rates.ts";
import type { RequestLog } from "./request-log.ts";
import type { AppRoute, Match, Router } from "./router.ts";
import type { Tokens } from "./token.ts";

export interface ApiPorts {
  readonly router: Router;
  readonly clock: EmulatorClock;
  readonly faults: Faults;
  readonly tokens: Tokens;
  readonly rates: Rates;
  readonly log: RequestLog;
}

/** One request, read to its end. */
export interface Incoming {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly raw: Buffer;
  readonly body: unknown;
  readonly request: IncomingMessage;
}

const MAX_BODY_BYTES = 64 * 1024 * 1024;
const EMPTY = {};

/** @returns `undefined` when the body is larger than anything the platform reads. */
export async function readRequest(request: IncomingMessage): Promise<Incoming | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
    bytes += (chunk as Buffer).length;
    if (bytes > MAX_BODY_BYTES) return undefined;
  }
  const [first] = chunks;
  const raw = chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks);
  const url = request.url ?? "/";
  const mark = url.indexOf("?");
  const path = mark < 0 ? url : url.slice(0, mark);
  const query = new URLSearchParams(mark < 0 ? "" : url.slice(mark + 1));
  return { method: request.method ?? "GET", path, query, raw, body: jsonOf(request, raw), request };
}

function jsonOf(request: IncomingMessage, raw: Buffer): unknown {
  if (raw.length === 0) return EMPTY;
  if (request.headers["content-type"]?.startsWith("multipart/") === true) return EMPTY;
  return parseJson(raw.toString("utf8"));
}

/** Answers the Open API: fault, token, permission, rate, then the route; every reply carries a log id. */
export function createApi(ports: ApiPorts): (incoming: Incoming, response: ServerResponse) => Promise<void> {
  const { clock, faults, tokens } = ports;

  return async (incoming, response) => {
    const startedMs = clock.now();
    const app = callerOf(incoming, tokens);
    const action = faults.http({
      method: incoming.method,
      path: incoming.path,
      appId: app?.appId ?? stringAt(incoming.body, "app_id") ?? stringAt(incoming.body, "AppID"),
      body: () => incoming.raw.toString("utf8"),
    });
    const entry = ports.log.open({ atMs: startedMs, incoming, appId: app?.appId, fault: action });
    const wire = { response, logId: logId(startedMs) };
    const answer =
      action === undefined || hasEffect(action) ? await answerFor(incoming, slowness(action), ports) : undefined;
    if (action === undefined || slowness(action) > 0) {
      entry.close(answer === undefined ? 404 : statusOf(answer), answer === undefined ? 0 : codeOf(answer));
      write(wire, answer);
    } else {
      entry.close(...seen(action));
      misbehave(action, wire, answer);
    }
  };
}

/** Status and code of what a fault lets the client see; none when it gets no answer. */
function seen(action: HttpFaultAction): [status: number | undefined, code: number | undefined] {
  if (typeof action === "object" && "rateLimitSeconds" in action) return [action.status ?? 429, 99991400];
  if (typeof action === "object")
    return [
      "status" in action ? action.status : undefined,
      "body" in action ? numberAt(action.body, "code") : undefined,
    ];
  return [SEEN_STATUS[action], undefined];
}
const SEEN_STATUS: Readonly<Partial<Record<string, number>>> = {
  html: 502,
  empty: 200,
  truncated: 200,
  "hang-body": 200,
  "reset-body": 200,
};

function callerOf({ request }: Incoming, tokens: Tokens): App | undefined {
  const caller = authorize(request.headers.authorization, tokens);
  return isRefusal(caller) ? undefined : caller;
}

async function answerFor(incoming: Incoming, lingerMs: number, ports: ApiPorts): Promise<Answer | undefined> {
  const match = ports.router(incoming.method, incoming.path);
  if (lingerMs > 0 && match?.route.lingers !== true)
    await new Promise<void>((resolve) => ports.clock.setTimer(lingerMs, resolve));
  return match === undefined ? undefined : run(match, incoming, lingerMs, ports);
}

function run(
  { route, params }: Match,
  incoming: Incoming,
  lingerMs: number,
  ports: ApiPorts,
): Answer | Promise<Answer> {
  const { request, query, raw, body } = incoming;
  const remoteAddress = request.socket.remoteAddress ?? "";
  const call = { params, query, body, raw, headers: request.headers, remoteAddress, lingerMs };
  if (route.auth === "none") return body === undefined ? badRequest() : route.handle(call);
  const app = admit(route, request, ports);
  if (isRefusal(app)) return app;
  return body === undefined ? badRequest() : route.handle({ ...call, app });
}

function admit(route: AppRoute, request: IncomingMessage, { tokens, rates }: ApiPorts): App | Refusal {
  const app = authorize(request.headers.authorization, tokens);
  if (isRefusal(app)) return app;
  return permit(app, route) ?? rates.call(app.appId, `${route.method} ${route.path}`) ?? app;
}

function badRequest(): Refusal {
  return refuse(9499, "Bad Request");
}

interface Wire {
  readonly response: ServerResponse;
  readonly logId: string;
}

function statusOf(answer: Answer): number {
  return answer.kind === "success" || answer.kind === "bytes" ? 200 : answer.status;
}

function write(wire: Wire, answer: Answer | undefined): void {
  if (answer === undefined) {
    send(wire, 404, "text/plain; charset=utf-8", "404 page not found");
  } else if (answer.kind === "bytes") {
    const disposition = `attachment; filename="${encodeURIComponent(answer.fileName)}"`;
    send(wire, 200, answer.contentType, answer.bytes, { "content-disposition": disposition });
  } else {
    const headers = answer.kind === "refusal" ? answer.headers : undefined;
    send(wire, statusOf(answer), JSON_TYPE, jsonText(wire.logId, answer), headers);
  }
}

function jsonText(logId: string, answer: Exclude<Answer, { kind: "bytes" }>): string {
  switch (answer.kind) {
    case "success":
      return JSON.stringify({ code: 0, msg: "success", data: answer.data });
    case "body":
      return JSON.stringify(answer.body);
    case "refusal": {
      const troubleshooter = `https://open.feishu.cn/search?from=openapi&log_id=${logId}&code=${answer.code}`;
      return JSON.stringify({
        code: answer.code,
        msg: answer.msg,
        error: { log_id: logId, troubleshooter, ...answer.detail },
      });
    }
  }
}

const JSON_TYPE = "application/json; charset=utf-8";

function send(
  wire: Wire,
  status: number,
  type: string,
  body: string | Uint8Array,
  headers?: Readonly<Record<string, string>>,
): void {
  const length = typeof body === "string" ? Buffer.byteLength(body) : body.length;
  wire.response.writeHead(status, {
    "content-type": type,
    "content-length": length,
    "x-tt-logid": wire.logId,
    ...headers,
  });
  wire.response.end(body);
}

/** Time in digits, then chance, like the platform's own. */
function logId(atMs: number): string {
  const time = new Date(atMs).toISOString().replaceAll(/\D/g, "").slice(0, 14);
  return time + randomHex().slice(0, 20).toUpperCase();
}

/** Does the request do its work although the reply goes wrong? */
function hasEffect(action: HttpFaultAction): boolean {
  if (action === "reset-after" || action === "reset-body" || action === "truncated") return true;
  return typeof action === "object" && ("slowMs" in action || ("after" in action && action.after));
}

function slowness(action: HttpFaultAction | undefined): number {
  return typeof action === "object" && "slowMs" in action ? action.slowMs : 0;
}

/** Carries out a fault. `answer` is what the platform would have said. */
function misbehave(action: HttpFaultAction, wire: Wire, answer?: Answer): void {
  const { response } = wire;
  if (typeof action === "object") {
    replyInstead(action, wire);
    return;
  }
  switch (action) {
    case "hang":
      return;
    case "hang-body":
      response.writeHead(200, { "content-type": JSON_TYPE, "content-length": 1000 });
      response.write('{"code":0,');
      return;
    case "reset-before":
    case "reset-after":
      response.socket?.resetAndDestroy();
      return;
    case "html":
      send(
        wire,
        502,
        "text/html",
        "<html><head><title>502 Bad Gateway</title></head><body>502 Bad Gateway</body></html>",
      );
      return;
    case "empty":
      send(wire, 200, JSON_TYPE, "");
      return;
    case "truncated": {
      const whole = bytesOf(wire, answer);
      send(wire, 200, JSON_TYPE, whole.subarray(0, whole.length / 2));
      return;
    }
    case "reset-body": {
      const whole = bytesOf(wire, answer);
      response.writeHead(200, { "content-type": "application/octet-stream", "content-length": whole.length });
      response.write(whole.subarray(0, whole.length / 2), () => response.socket?.resetAndDestroy());
      return;
    }
  }
}

function bytesOf({ logId }: Wire, answer: Answer | undefined): Uint8Array {
  if (answer === undefined) return Buffer.from("404 page not found");
  return answer.kind === "bytes" ? answer.bytes : Buffer.from(jsonText(logId, answer));
}

function replyInstead(action: Extract<HttpFaultAction, object>, wire: Wire): void {
  if ("rateLimitSeconds" in action) write(wire, rateLimited(action.rateLimitSeconds, action.status));
  if (!("status" in action) || "rateLimitSeconds" in action) return;
  const text = typeof action.body === "string" ? action.body : JSON.stringify(action.body ?? {});
  send(wire, action.status ?? 500, typeof action.body === "string" ? "text/plain" : JSON_TYPE, text, action.headers);
}
