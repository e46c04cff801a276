import http from "node:http";
import https from "node:https";
import { ExchangeFailure, type ExchangeRequest, exchangeText, type HttpAnswer } from "@loong/guards";
import { isLoongError } from "@loong/sdk";
import { webhookErrors } from "./errors.ts";

/** Until the end of the answer. */
const ANSWER_TIMEOUT_MS = 15_000;
/** What comes after it says nothing more about the message. */
const MAX_ANSWER_BYTES = 64 * 1024;

/**
 * One request over a connection of its own. Notifications are rare: a connection kept from the last one would mostly be
 * closed by the other side just then, and nobody could tell whether the message was taken. Redirects are not followed.
 *
 * Proxies are those the process was told to use (`http.setGlobalProxyFromEnv()` or `NODE_USE_ENV_PROXY`), for https only.
 *
 * @throws WEBHOOK_UNREACHABLE (nothing was taken), WEBHOOK_NO_ANSWER (nobody knows), and what `lookup` fails with.
 */
export async function exchange(request: ExchangeRequest, signal: AbortSignal): Promise<HttpAnswer> {
  const { url } = request;
  const agent = newAgent(url);
  try {
    return await exchangeText({ ...request, agent, timeoutMs: ANSWER_TIMEOUT_MS }, MAX_ANSWER_BYTES, signal);
  } catch (error) {
    if (!(error instanceof ExchangeFailure)) throw error;
    const { reached, message, cause } = error;
    if (isLoongError(cause)) throw cause;
    const make = reached ? webhookErrors.WEBHOOK_NO_ANSWER : webhookErrors.WEBHOOK_UNREACHABLE;
    throw make([url.host, message], { cause });
  } finally {
    agent.destroy();
  }
}

function newAgent({ protocol }: URL): http.Agent {
  if (protocol === "http:") return new http.Agent();
  const { proxyEnv } = https.globalAgent.options;
  return new https.Agent(proxyEnv === undefined ? {} : { proxyEnv });
}
