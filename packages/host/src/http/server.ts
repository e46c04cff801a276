import type { Server } from "node:http";
import type { FastifyInstance, FastifyReply } from "fastify";
import { hostErrors } from "../errors.ts";
import { createBadSignatures } from "./bad-signatures.ts";
import { type Bind, formatBind, parseBind } from "./bind.ts";
import { createDeadlines } from "./deadlines.ts";
import { addHealthRoutes, type HealthOptions, healthPaths } from "./health.ts";
import { type HttpLimits, httpLimits } from "./limits.ts";
import { closeServer, createLimitedServer, listen, refuseMalformed } from "./listener.ts";
import { type Refusal, refusals } from "./refusals.ts";
import { refuse } from "./respond.ts";
import { createWebhookRouter, type WebhookRoute, type WebhookRouter } from "./webhook-router.ts";

export interface HttpOptions extends HealthOptions {
  readonly host: string;
  readonly port: number;
  readonly limits?: HttpLimits;
  readonly isShared?: (address: string) => boolean;
}

export interface HttpSurface {
  readonly bind: Bind;
  /**
   * Serves a webhook on the gateway's port, or on a listener of its own when `bind` is given. Gives the way back.
   *
   * @throws HTTP_PATH_TAKEN, HTTP_PATH_INVALID, HTTP_BIND_INVALID, HTTP_BIND_TAKEN
   */
  mount(route: WebhookRoute, bind?: string): Promise<() => Promise<void>>;
  /** Takes no new connection and lets running requests end for `graceMs`. */
  close(graceMs: number): Promise<void>;
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
  const shared = { limits, deadlines, now, badSignatures: createBadSignatures(limits), ...(isShared && { isShared }) };
  const main = createWebhookRouter({ ...shared, reserved: healthPaths });
  const extras = new Map<string, Extra>();
  const app = await createApp(options, limits, main);
  const port = await listenMain(app, options).catch((error: unknown) => {
    deadlines.close();
    throw error;
  });
  const bind = { host: options.host, port };

  function openExtra(at: Bind): Extra {
    const router = createWebhookRouter({ ...shared, reserved: new Set() });
    const server = createLimitedServer(limits, (request, response) => {
      if (!router.dispatch(request, response)) refuse(request, response, refusals.notFound, { ...shared, ...limits });
    });
    server.on("clientError", refuseMalformed);
    const ready = listen(server, at.host, at.port).catch((cause: unknown) => {
      throw hostErrors.HTTP_BIND_TAKEN([formatBind(at), reasonOf(cause)], { cause });
    });
    return { server, router, ready };
  }

  async function mountExtra(route: WebhookRoute, at: Bind): Promise<() => Promise<void>> {
    const key = formatBind(at);
    const extra = extras.get(key) ?? openExtra(at);
    extras.set(key, extra);
    try {
      await extra.ready;
      const unmount = extra.router.mount(route);
      return async () => {
        unmount();
        await leave(key, extra);
      };
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
    async mount(route, at) {
      const own = at === undefined ? bind : parseBind(at);
      if (formatBind(own) !== formatBind(bind)) return mountExtra(route, own);
      const unmount = main.mount(route);
      return async () => unmount();
    },
    async close(graceMs) {
      const servers = [app.server, ...[...extras.values()].map(({ server }) => server)];
      await Promise.all(servers.map((server) => closeServer(server, graceMs)));
      deadlines.close();
      await app.close();
    },
  };
}

/** Webhooks are taken before the framework sees them: their bodies are raw bytes and their limits are their own. */
async function createApp(options: HttpOptions, limits: HttpLimits, webhooks: WebhookRouter): Promise<FastifyInstance> {
  const { fastify } = await import("fastify");
  const app = fastify({
    logger: false,
    forceCloseConnections: false,
    clientErrorHandler: refuseMalformed,
    // A URL that cannot be decoded is the URL of nothing.
    frameworkErrors: (_error, _request, reply) => void send(reply, refusals.notFound),
    serverFactory: (handler) =>
      createLimitedServer(limits, (request, response) => {
        if (!webhooks.dispatch(request, response)) handler(request, response);
      }),
  });
  app.removeAllContentTypeParsers();
  app.setNotFoundHandler((_request, reply) => send(reply, refusals.notFound));
  app.setErrorHandler((_error, _request, reply) => send(reply, refusals.failed));
  addHealthRoutes(app, options);
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
