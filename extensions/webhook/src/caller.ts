import { createPublicLookup, type HttpAnswer } from "@loong/guards";
import type { JsonValue, LoongError } from "@loong/sdk";
import type { WebhookAccount } from "./config.ts";
import { type Endpoint, endpointOf } from "./endpoint.ts";
import { webhookErrors } from "./errors.ts";
import { exchange } from "./exchange.ts";
import { receiverOf } from "./receivers/receiver-of.ts";
import type { Outgoing, Receiver, Refusal } from "./receivers/receiver.ts";
import { createScrubber } from "./scrub.ts";

/** Speaks to the receiver of one account. */
export interface Caller {
  readonly receiver: Receiver;
  /** `"hooks.slack.com"`: all of the address that is no secret. */
  readonly host: string;
  /** Resolves when the receiver has taken it. @throws LoongError WEBHOOK_… */
  post(body: JsonValue, idempotencyKey: string, signal: AbortSignal): Promise<void>;
  /** Asks without showing anything in the room. Resolves with the refusal that came, if one came. */
  tryOut(signal: AbortSignal): Promise<{ readonly refusal: Refusal; readonly error: LoongError } | undefined>;
}

/** @throws WEBHOOK_URL_MISSING, WEBHOOK_URL_INVALID, WEBHOOK_PRIVATE_HOST */
export function createCaller(account: WebhookAccount, accountId: string, now: () => number): Caller {
  const endpoint = endpointOf(account, accountId);
  const receiver = receiverOf(endpoint.kind, account);
  const scrub = createScrubber(endpoint.url, [account.secret, account.authToken]);
  const lookup = lookupFor(endpoint);

  function call(method: string, bare: Outgoing, signal: AbortSignal): Promise<HttpAnswer> {
    const { url, headers, body } = receiver.authenticate(bare, now());
    const content = body === undefined ? {} : { body: JSON.stringify(body) };
    return exchange({ method, url, headers, ...content, ...lookup }, signal);
  }

  function errorOf({ row, said, outcome, retryAfterMs }: Refusal): LoongError {
    return webhookErrors[row]([receiver.label, scrub(said)], {
      ...(outcome === undefined ? {} : { outcome }),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
  }

  return {
    receiver,
    host: endpoint.url.host,
    async post(body, idempotencyKey, signal) {
      const headers = { ...JSON_HEADERS, "idempotency-key": idempotencyKey };
      const answer = await call("POST", { url: endpoint.url, headers, body }, signal);
      const refusal = receiver.refusal(answer, now());
      if (refusal !== undefined) throw errorOf(refusal);
    },
    async tryOut(signal) {
      const { method, body } = receiver.trial;
      const outgoing = body === undefined ? { headers: AGENT_HEADER } : { headers: JSON_HEADERS, body };
      const refusal = receiver.refusal(await call(method, { url: endpoint.url, ...outgoing }, signal), now());
      return refusal === undefined ? undefined : { refusal, error: errorOf(refusal) };
    },
  };
}

const AGENT_HEADER = { "user-agent": "loong-webhook" };
const JSON_HEADERS = { ...AGENT_HEADER, "content-type": "application/json; charset=utf-8" };

function lookupFor({ url, allowPrivateHosts, configPath }: Endpoint) {
  if (allowPrivateHosts) return {};
  const refusal = () => webhookErrors.WEBHOOK_PRIVATE_HOST([url.hostname, configPath]);
  return { lookup: createPublicLookup(url.hostname, refusal) };
}
