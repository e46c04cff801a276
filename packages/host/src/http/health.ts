import { createHash, timingSafeEqual } from "node:crypto";
import type { GatewayStatus } from "@loong/api";
import type { FastifyInstance } from "fastify";
import { metricsText } from "./metrics.ts";
import { refusals } from "./refusals.ts";

export interface HealthOptions {
  readonly status: () => Promise<GatewayStatus>;
  /** Absent: there are no metrics. */
  readonly metricsToken?: string;
}

/** Paths that no webhook can have. */
export const healthPaths: ReadonlySet<string> = new Set(["/", "/healthz", "/readyz", "/metrics"]);

/** `/healthz`: the process lives. `/readyz`: every account can receive, by the same truth as `status`. */
export function addHealthRoutes(app: FastifyInstance, { status, metricsToken }: HealthOptions): void {
  app.get("/healthz", () => ({ status: "ok" }));
  app.get("/readyz", async (_request, reply) => {
    const { ready, phase, surfaces } = await status();
    const accounts = surfaces.map(({ channel, account, state, transport }) => ({ channel, account, state, transport }));
    return reply.code(ready ? 200 : 503).send({ ready, phase, accounts });
  });
  if (metricsToken === undefined) return;
  app.get("/metrics", async (request, reply) => {
    if (!isBearer(request.headers.authorization, metricsToken)) {
      return reply.code(401).header("www-authenticate", "Bearer").send(refusals.notFound.body);
    }
    const facts = { rssBytes: process.memoryUsage.rss(), uptimeSeconds: process.uptime() };
    return reply.type("text/plain; version=0.0.4; charset=utf-8").send(metricsText(await status(), facts));
  });
}

/** Compares digests, so that the time taken tells nothing of the token. */
function isBearer(header: string | undefined, token: string): boolean {
  const given = /^Bearer (.+)$/.exec(header ?? "")?.[1];
  return given !== undefined && timingSafeEqual(digest(given), digest(token));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
