import type { IncomingMessage, ServerResponse } from "node:http";
import type { WebhookRequest, WebhookResponse } from "@loong/sdk";
import { hostErrors } from "../errors.ts";
import { type BadSignatures, speaksForOthers } from "./bad-signatures.ts";
import { readBody } from "./body.ts";
import type { Deadlines } from "./deadlines.ts";
import type { HttpLimits } from "./limits.ts";
import { type Refusal, refusals } from "./refusals.ts";
import { refuse, respond, respondAlive } from "./respond.ts";

/** Where a platform calls one account. */
export interface WebhookRoute {
  readonly path: string;
  readonly channel: string;
  readonly account: string;
  /** Verifies, stores and answers. Rejects when nothing was stored. */
  handle(request: WebhookRequest): Promise<WebhookResponse>;
  /** A request was not taken: `"size"`, `"signature"`. For the counters. */
  refused(reason: string): void;
  failed(error: unknown): void;
}

/** The webhook routes of one listener. */
export interface WebhookRouter {
  readonly size: number;
  /** @throws HTTP_PATH_TAKEN, HTTP_PATH_INVALID */
  mount(route: WebhookRoute): () => void;
  /** Answers a request whose path is mounted. `false`: the path is not, and nothing was done. */
  dispatch(request: IncomingMessage, response: ServerResponse): boolean;
}

export interface RouterOptions {
  readonly limits: HttpLimits;
  readonly badSignatures: BadSignatures;
  readonly deadlines: Deadlines;
  /** Milliseconds of a clock that does not jump. */
  readonly now: () => number;
  /** Paths that belong to the gateway itself. */
  readonly reserved: ReadonlySet<string>;
  /** Whether bad signatures from this address are no reason to refuse it. */
  readonly isShared?: (address: string) => boolean;
}

interface Mounted {
  readonly route: WebhookRoute;
  /** Requests whose bodies are still coming in. */
  unread: number;
}

/** The way of one call: cheap checks on the head, the body within its limits, then the channel. */
export function createWebhookRouter(options: RouterOptions): WebhookRouter {
  const { limits, badSignatures, deadlines, now, isShared = speaksForOthers } = options;
  const mounted = new Map<string, Mounted>();
  const linger = { deadlines, now, lingerMs: limits.lingerMs };

  function headRefusal({ unread }: Mounted, request: IncomingMessage): Refusal | undefined {
    const { headers, socket } = request;
    if (headers["content-encoding"] !== undefined && headers["content-encoding"] !== "identity")
      return refusals.encoding;
    if (!isJson(headers["content-type"])) return refusals.contentType;
    if (Number(headers["content-length"]) > limits.bodyBytes) return refusals.size;
    if (badSignatures.isBlocked(socket.remoteAddress ?? "", now())) return refusals.badSignatures;
    if (unread >= limits.unreadPerAccount) return refusals.unread;
    return undefined;
  }

  function turnAway({ route }: Mounted, request: IncomingMessage, response: ServerResponse, refusal: Refusal): void {
    route.refused(refusal.reason);
    refuse(request, response, refusal, linger);
  }

  /** Never rejects. */
  async function receive(target: Mounted, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refusal = headRefusal(target, request);
    if (refusal !== undefined) return turnAway(target, request, response, refusal);
    target.unread += 1;
    const body = await readBody(request, limits, deadlines, now);
    target.unread -= 1;
    if (body === undefined) return;
    if (!(body instanceof Uint8Array)) return turnAway(target, request, response, body);
    await answer(target, request, response, body);
  }

  async function answer(
    target: Mounted,
    request: IncomingMessage,
    response: ServerResponse,
    body: Buffer,
  ): Promise<void> {
    const { route } = target;
    const deadline = {
      dueAtMs: now() + limits.answerMs,
      late: () => turnAway(target, request, response, refusals.failed),
    };
    deadlines.add(deadline);
    try {
      const result = await route.handle(requestOf(request, route.path, body));
      if (result.refused !== undefined) route.refused(result.refused);
      if (result.status === 401) countBadSignature(request);
      if (!response.headersSent) respond(response, result);
    } catch (error) {
      route.failed(error);
      turnAway(target, request, response, refusals.failed);
    } finally {
      deadlines.remove(deadline);
    }
  }

  function countBadSignature({ socket: { remoteAddress = "" } }: IncomingMessage): void {
    if (!isShared(remoteAddress)) badSignatures.count(remoteAddress, now());
  }

  return {
    get size() {
      return mounted.size;
    },
    mount(route) {
      checkPath(route, options.reserved);
      const rival = mounted.get(route.path);
      if (rival !== undefined) throw hostErrors.HTTP_PATH_TAKEN([route.path, nameOf(rival.route), nameOf(route)]);
      const entry = { route, unread: 0 };
      mounted.set(route.path, entry);
      return () => {
        if (mounted.get(route.path) === entry) mounted.delete(route.path);
      };
    },
    dispatch(request, response) {
      const target = mounted.get(pathOf(request.url));
      if (target === undefined) return false;
      if (request.method === "POST") void receive(target, request, response);
      else if (request.method === "GET" || request.method === "HEAD") respondAlive(response);
      else turnAway(target, request, response, refusals.method);
      return true;
    },
  };
}

function isJson(contentType: string | undefined): boolean {
  return contentType !== undefined && (contentType === "application/json" || JSON_TYPE.test(contentType));
}

const JSON_TYPE = /^application\/json\s*(?:;|$)/i;
const PATH = /^\/[\w!$&'()*+,./:;=@~%-]*$/;

function checkPath(route: WebhookRoute, reserved: ReadonlySet<string>): void {
  if (!PATH.test(route.path) || reserved.has(route.path))
    throw hostErrors.HTTP_PATH_INVALID([route.path, nameOf(route)]);
}

function nameOf({ channel, account }: WebhookRoute): string {
  return `${channel}/${account}`;
}

function pathOf(url = "/"): string {
  const end = url.indexOf("?");
  return end === -1 ? url : url.slice(0, end);
}

function requestOf(request: IncomingMessage, path: string, body: Buffer): WebhookRequest {
  return { method: "POST", path, query: queryOf(request.url), headers: headersOf(request), body };
}

const noQuery: Readonly<Record<string, string>> = Object.freeze({});

function queryOf(url = ""): Readonly<Record<string, string>> {
  const start = url.indexOf("?");
  return start === -1 ? noQuery : Object.fromEntries(new URLSearchParams(url.slice(start + 1)));
}

/** Node joins or drops what was sent twice, so that case is told apart by the count. */
function headersOf(request: IncomingMessage): WebhookRequest["headers"] {
  const { headers, rawHeaders } = request;
  if (Object.keys(headers).length * 2 === rawHeaders.length) return headers;
  return Object.fromEntries(
    Object.entries(request.headersDistinct).map(([name, values]) => [name, values?.length === 1 ? values[0] : values]),
  );
}
