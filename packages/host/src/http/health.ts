import { createHash, timingSafeEqual } from "node:crypto";
import { isIP } from "node:net";
import type { GatewayStatus } from "@loong/api";
import type { FastifyInstance } from "fastify";
import type { Callers } from "./callers.ts";
import { metricsText } from "./metrics.ts";
import { refusals } from "./refusals.ts";

export interface HealthOptions {
  readonly status: () => Promise<GatewayStatus>;
  /** Absent: there are no metrics. */
  readonly metricsToken?: string;
}

/** Paths that no webhook can have. */
export const healthPaths: ReadonlySet<string> = new Set(["/", "/healthz", "/readyz", "/metrics"]);

/**
 * `/healthz`: the process lives. `/readyz`: every account can receive, by the same truth as `status`. Which accounts there are
 * is not for the page of another site, which may have let its own name stand for this machine (DNS rebinding): under a name
 * only the readiness is told.
 */
export function addHealthRoutes(app: FastifyInstance, { status, metricsToken }: HealthOptions, callers: Callers): void {
  app.get("/healthz", () => ({ status: "ok" }));
  app.get("/readyz", async (request, reply) => {
    const { ready, phase, safeMode, surfaces } = await status();
    const readiness = { ready, phase, ...(safeMode && { reason: "safe mode" }) };
    if (!isUnmistakable(request.headers.host)) return reply.code(ready ? 200 : 503).send(readiness);
    const accounts = surfaces.map(({ channel, account, state, transport }) => ({ channel, account, state, transport }));
    return reply.code(ready ? 200 : 503).send({ ...readiness, accounts });
  });
  if (metricsToken === undefined) return;
  app.get("/metrics", async (request, reply) => {
    const { remoteAddress = "" } = request.socket;
    const tooOften = callers.admit(remoteAddress, performance.now());
    if (tooOften !== undefined) {
      const { headers, body } = refusals[tooOften];
      return reply.code(429).headers(headers).send(body);
    }
    if (!isBearer(request.headers.authorization, metricsToken)) {
      callers.forged(remoteAddress, performance.now());
      return reply.code(401).header("www-authenticate", "Bearer").send(refusals.notFound.body);
    }
    callers.proved(remoteAddress, performance.now());
    const facts = { rssBytes: process.memoryUsage.rss(), uptimeSeconds: process.uptime() };
    return reply.type("text/plain; version=0.0.4; charset=utf-8").send(metricsText(await status(), facts));
  });
}

/** An address or `localhost`: no name server gives these another meaning. */
function isUnmistakable(host = ""): boolean {
  const name = URL.parse(`http://${host}`)?.hostname ?? "";
  return name === "localhost" || isIP(name.replace(/^\[(.*)\]$/, "$1")) !== 0;
}

/** Compares digests, so that the time taken tells nothing of the token. */
function isBearer(header: string | undefined, token: string): boolean {
  const given = /^Bearer (.+)$/.exec(header ?? "")?.[1];
  return given !== undefined && timingSafeEqual(digest(given), digest(token));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
