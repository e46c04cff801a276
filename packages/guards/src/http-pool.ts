import http from "node:http";
import https from "node:https";
import { isLoopback } from "./loopback.ts";

const MAX_SOCKETS = 64;
/** Shorter than the idle time of common load balancers, so that a request is not written to a socket about to close. */
const IDLE_TIMEOUT_MS = 15_000;

/**
 * Connections to one host that are used again. Proxies are those the process was told to use (`http.setGlobalProxyFromEnv()` or
 * `NODE_USE_ENV_PROXY`), and never for this machine itself.
 *
 * @param keepAliveMs - A connection that is silent for so long is tried by the system, up to ten times, a second apart
 *   (https://nodejs.org/api/net.html#socketsetkeepaliveenable-initialdelay, read 2026-11-21).
 */
export function createHttpPool(baseUrl: URL, keepAliveMs = IDLE_TIMEOUT_MS): http.Agent {
  const secure = baseUrl.protocol === "https:";
  const proxyEnv = secure && !isLoopback(baseUrl) ? https.globalAgent.options.proxyEnv : undefined;
  return new (secure ? https : http).Agent({
    keepAlive: true,
    keepAliveMsecs: keepAliveMs,
    maxSockets: MAX_SOCKETS,
    timeout: IDLE_TIMEOUT_MS,
    ...(proxyEnv === undefined ? {} : { proxyEnv }),
  });
}
