import type { IncomingMessage, ServerResponse } from "node:http";
import type { WebhookRequest, WebhookResponse } from "@loong/sdk";
import { hostErrors } from "../errors.ts";
import { type Reading, readBody } from "./body.ts";
import type { Callers } from "./callers.ts";
import type { Crowd } from "./crowd.ts";
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
  /**
   * Serves `route`, in the place of what the same account had at this path.
   *
   * @throws HTTP_PATH_TAKEN, HTTP_PATH_INVALID
   */
  mount(route: WebhookRoute): MountedRoute;
  /** Answers a request whose path is mounted. `false`: the path is not, and nothing was done. */
  dispatch(request: IncomingMessage, response: ServerResponse): boolean;
}

export interface MountedRoute {
  /** The path stays the account's. Who calls it is told to try again: a platform gives up on a path that is not there. */
  pause(): void;
  /** The path is nobody's. */
  leave(): void;
}

export interface RouterOptions {
  readonly limits: HttpLimits;
  readonly callers: Callers;
  readonly crowd: Crowd;
  readonly deadlines: Deadlines;
  /** Milliseconds of a clock that does not jump. */
  readonly now: () => number;
  /** Paths that belong to the gateway itself. */
  readonly reserved: ReadonlySet<string>;
  /** Whether a path that nobody has may be one of an account that is still to come. */
  readonly isUnsettled: () => boolean;
}

interface Mounted {
  readonly route: WebhookRoute;
  isServed: boolean;
  /** Bodies that are still coming in, the longest first. */
  readonly unread: Reading[];
}

/** The way of one call: cheap checks on the head, the body within its limits, then the channel. */
export function createWebhookRouter(options: RouterOptions): WebhookRouter {
  const { limits, callers, crowd, deadlines, now } = options;
  const mounted = new Map<string, Mounted>();
  const linger = { deadlines, now, lingerMs: limits.lingerMs };

  function headRefusal({ isServed }: Mounted, { headers, socket }: IncomingMessage): Refusal | undefined {
    if (!isServed) return refusals.notServed;
    const tooOften = callers.admit(socket.remoteAddress ?? "", now());
    if (tooOften !== undefined) return refusals[tooOften];
    if (headers["content-encoding"] !== undefined && headers["content-encoding"] !== "identity")
      return refusals.encoding;
    if (!isJson(headers["content-type"])) return refusals.contentType;
    if (Number(headers["content-length"]) > limits.bodyBytes) return refusals.size;
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
    const body = await read(target, request);
    if (body === undefined) return;
    if (!(body instanceof Uint8Array)) return turnAway(target, request, response, body);
    crowd.working(request.socket);
    await answer(target, request, response, body);
    crowd.rested(request.socket);
  }

  /** Slow senders cannot fill the room: the slowest of too many gives way to who comes after it. */
  async function read({ unread }: Mounted, request: IncomingMessage): ReturnType<typeof readBody>["outcome"] {
    const reading = readBody(request, limits, deadlines, now);
    unread.push(reading);
    if (unread.length > limits.unreadPerAccount) unread[0]?.giveWay();
    try {
      return await reading.outcome;
    } finally {
      unread.splice(unread.indexOf(reading), 1);
    }
  }

  async function answer(
    target: Mounted,
    request: IncomingMessage,
    response: ServerResponse,
    body: Buffer,
  ): Promise<void> {
    const { route } = target;
    const met = deadlines.add({
      dueAtMs: now() + limits.answerMs,
      late: () => turnAway(target, request, response, refusals.failed),
    });
    try {
      const result = await route.handle(requestOf(request, route.path, body));
      if (result.refused !== undefined) route.refused(result.refused);
      remember(request, result);
      if (!response.headersSent) respond(response, result);
    } catch (error) {
      // What could not be stored was genuine: the platform is to come again, however often that is.
      callers.proved(request.socket.remoteAddress ?? "", now());
      route.failed(error);
      turnAway(target, request, response, refusals.failed);
    } finally {
      met();
    }
  }

  function remember({ socket: { remoteAddress = "" } }: IncomingMessage, { status, refused }: WebhookResponse): void {
    if (status === 401) callers.forged(remoteAddress, now());
    else if (refused === undefined && status < 400) callers.proved(remoteAddress, now());
  }

  return {
    get size() {
      return mounted.size;
    },
    mount(route) {
      checkPath(route, options.reserved);
      const rival = mounted.get(route.path);
      if (rival !== undefined && nameOf(rival.route) !== nameOf(route))
        throw hostErrors.HTTP_PATH_TAKEN([route.path, nameOf(rival.route), nameOf(route)]);
      const entry: Mounted = { route, isServed: true, unread: [] };
      mounted.set(route.path, entry);
      return {
        pause: () => void (entry.isServed = false),
        leave() {
          if (mounted.get(route.path) === entry) mounted.delete(route.path);
        },
      };
    },
    dispatch(request, response) {
      const path = pathOf(request.url);
      const target = mounted.get(path);
      if (target === undefined) {
        if (request.method !== "POST" || options.reserved.has(path) || !options.isUnsettled()) return false;
        refuse(request, response, refusals.notServed, linger);
        return true;
      }
      if (request.method === "POST") void receive(target, request, response);
      else if (request.method !== "GET" && request.method !== "HEAD")
        turnAway(target, request, response, refusals.method);
      else if (target.isServed) respondAlive(response);
      else turnAway(target, request, response, refusals.notServed);
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
