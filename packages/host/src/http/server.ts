import type { Server } from "node:http";
import type { FastifyInstance, FastifyReply } from "fastify";
import { hostErrors } from "../errors.ts";
import { type Bind, formatBind, parseBind } from "./bind.ts";
import { type Callers, createCallers } from "./callers.ts";
import { type Crowd, createCrowd } from "./crowd.ts";
import { createDeadlines } from "./deadlines.ts";
import { addHealthRoutes, type HealthOptions, healthPaths } from "./health.ts";
import { type HttpLimits, httpLimits } from "./limits.ts";
import { closeServer, createLimitedServer, listen, refuseMalformed } from "./listener.ts";
import { type Refusal, refusals } from "./refusals.ts";
import { refuse } from "./respond.ts";
import { createWebhookRouter, type MountedRoute, type WebhookRoute, type WebhookRouter } from "./webhook-router.ts";

export interface HttpOptions extends HealthOptions {
  readonly host: string;
  readonly port: number;
  readonly limits?: HttpLimits;
  readonly isShared?: (address: string) => boolean;
}

export interface HttpSurface {
  readonly bind: Bind;
  /** For an account that may have a webhook: until it is known where, calls to nobody's path are told to come again. */
  place(): WebhookPlace;
  /** Takes no new connection and lets running requests end for `graceMs`. */
  close(graceMs: number): Promise<void>;
}

/** Where the webhook of one account is, once that is known. */
interface WebhookPlace {
  /**
   * Serves the webhook on the gateway's port, or on a listener of its own when `bind` is given. What it gives ends that: the
   * path stays, and calls are told to come again.
   *
   * @throws HTTP_PATH_TAKEN, HTTP_PATH_INVALID, HTTP_BIND_INVALID, HTTP_BIND_TAKEN
   */
  serve(route: WebhookRoute, bind?: string): Promise<() => void>;
  /** There is no webhook. */
  none(): void;
  /** There is no such account any more. */
  leave(): Promise<void>;
}

interface Seat {
  pause(): void;
  leave(): Promise<void>;
}

interface Extra {
  readonly server: Server;
  readonly router: WebhookRouter;
  readonly ready: Promise<unknown>;
}

/**
 * The TCP side of the gateway: health and readiness, and the webhooks of the accounts.
 *
 * @throws GATEWAY_PORT_TAKEN, GATEWAY_BIND_INVALID
 */
export async function openHttp(options: HttpOptions): Promise<HttpSurface> {
  const { limits = httpLimits, isShared } = options;
  const now = () => performance.now();
  const deadlines = createDeadlines(now);
  const crowd = createCrowd(limits.sockets);
  const unsettled = new Set<object>();
  const isUnsettled = () => unsettled.size > 0;
  const callers = createCallers(limits, isShared);
  const shared = { limits, deadlines, now, crowd, callers, isUnsettled };
  const main = createWebhookRouter({ ...shared, reserved: healthPaths });
  const extras = new Map<string, Extra>();
  const app = await createApp(options, limits, { crowd, callers }, main);
  const port = await listenMain(app, options).catch((error: unknown) => {
    deadlines.close();
    throw error;
  });
  const bind = { host: options.host, port };

  function openExtra(at: Bind): Extra {
    const router = createWebhookRouter({ ...shared, reserved: new Set() });
    const server = createLimitedServer(limits, crowd, (request, response) => {
      if (!router.dispatch(request, response)) refuse(request, response, refusals.notFound, { ...shared, ...limits });
    });
    server.on("clientError", refuseMalformed);
    const ready = listen(server, at.host, at.port).catch((cause: unknown) => {
      throw hostErrors.HTTP_BIND_TAKEN([formatBind(at), reasonOf(cause)], { cause });
    });
    return { server, router, ready };
  }

  async function takeSeat(route: WebhookRoute, at: string | undefined): Promise<Seat> {
    const own = at === undefined ? bind : parseBind(at);
    if (formatBind(own) === formatBind(bind)) return seatAt(main.mount(route));
    const key = formatBind(own);
    const extra = extras.get(key) ?? openExtra(own);
    extras.set(key, extra);
    try {
      await extra.ready;
      return seatAt(extra.router.mount(route), () => leave(key, extra));
    } catch (error) {
      await leave(key, extra);
      throw error;
    }
  }

  async function leave(key: string, extra: Extra): Promise<void> {
    if (extra.router.size > 0 || extras.get(key) !== extra) return;
    extras.delete(key);
    await closeServer(extra.server, 0);
  }

  return {
    bind,
    place() {
      const token = {};
      let seat: Seat | undefined;
      let isOver = false;
      unsettled.add(token);
      return {
        async serve(route, at) {
          const next = await takeSeat(route, at);
          await seat?.leave();
          seat = next;
          unsettled.delete(token);
          if (isOver) await next.leave();
          return next.pause;
        },
        none: () => void unsettled.delete(token),
        async leave() {
          isOver = true;
          unsettled.delete(token);
          await seat?.leave();
        },
      };
    },
    async close(graceMs) {
      // Who comes on a connection that is still open is not told that there is nothing.
      unsettled.add(app);
      const servers = [app.server, ...[...extras.values()].map(({ server }) => server)];
      await Promise.all(servers.map((server) => closeServer(server, graceMs)));
      deadlines.close();
      await app.close();
    },
  };
}

function seatAt({ pause, leave }: MountedRoute, left: () => Promise<void> = async () => {}): Seat {
  return {
    pause,
    async leave() {
      leave();
      await left();
    },
  };
}

/** Webhooks are taken before the framework sees them: their bodies are raw bytes and their limits are their own. */
async function createApp(
  options: HttpOptions,
  limits: HttpLimits,
  { crowd, callers }: { readonly crowd: Crowd; readonly callers: Callers },
  webhooks: WebhookRouter,
): Promise<FastifyInstance> {
  const { fastify } = await import("fastify");
  const app = fastify({
    logger: false,
    forceCloseConnections: false,
    clientErrorHandler: refuseMalformed,
    // A URL that cannot be decoded is the URL of nothing.
    frameworkErrors: (_error, _request, reply) => void send(reply, refusals.notFound),
    serverFactory: (handler) =>
      createLimitedServer(limits, crowd, (request, response) => {
        if (!webhooks.dispatch(request, response)) handler(request, response);
      }),
  });
  app.removeAllContentTypeParsers();
  app.setNotFoundHandler((_request, reply) => send(reply, refusals.notFound));
  app.setErrorHandler((_error, _request, reply) => send(reply, refusals.failed));
  addHealthRoutes(app, options, callers);
  await app.ready();
  return app;
}

function send(reply: FastifyReply, { status, headers, body }: Refusal): FastifyReply {
  return reply.code(status).headers(headers).send(body);
}

async function listenMain(app: FastifyInstance, { host, port }: Bind): Promise<number> {
  try {
    return await listen(app.server, host, port);
  } catch (cause) {
    const code = reasonOf(cause);
    if (code === "EADDRINUSE" || code === "EACCES") throw hostErrors.GATEWAY_PORT_TAKEN([host, port, code], { cause });
    throw hostErrors.GATEWAY_BIND_INVALID([host, code], { cause });
  }
}

function reasonOf(cause: unknown): string {
  return (cause as NodeJS.ErrnoException).code ?? String(cause);
}
