import { createHttpPool, openExchange, readText } from "@loong/guards";
import type { HostClock } from "@loong/sdk";
import { type HttpAccount, mayCall } from "../account.ts";
import { callbackErrors } from "../errors.ts";
import { signedHeaders } from "../signature.ts";
import { errorOf, errorOfSilence } from "./classify.ts";
import type { CallbackEvent } from "./events.ts";

const CALL_LIMIT_MS = 20_000;
const MAX_ANSWER_BYTES = 65_536;

/** The application, as the gateway calls it. */
export interface Callback {
  /** Scheme, host and port: what errors and `identity` may show. */
  readonly origin: string;
  /**
   * Posts one event, signed.
   *
   * @returns the JSON of the answer, or `undefined` when it was none.
   * @throws CALLBACK_* with the outcome that the answer, or its absence, stands for.
   */
  post(event: CallbackEvent, signal: AbortSignal): Promise<unknown>;
  close(): void;
}

export function createCallback(account: HttpAccount, clock: HostClock): Callback {
  const { callbackUrl, secret } = account;
  const url = new URL(callbackUrl);
  const { origin } = url;
  const agent = createHttpPool(url);
  const closing = new AbortController();
  return {
    origin,
    async post(event, signal) {
      if (!mayCall(account)) throw callbackErrors.CALLBACK_HTTP_NOT_ALLOWED([origin]);
      if (signal.aborted) throw callbackErrors.CALLBACK_STOPPED([]);
      const body = Buffer.from(JSON.stringify(event));
      const headers = { ...HEADERS, ...keyOf(event), ...signedHeaders(secret, body, clock.now()) };
      const limited = AbortSignal.any([signal, closing.signal, AbortSignal.timeout(CALL_LIMIT_MS)]);
      const answer = await openExchange({ method: "POST", url, headers, body, agent }, limited).catch((failure) => {
        throw errorOfSilence(failure, origin);
      });
      // The status alone decides; a body that is cut off or too large says nothing.
      const text = await readText(answer, MAX_ANSWER_BYTES).catch(() => "");
      const error = errorOf(answer, origin, clock.now());
      if (error) throw error;
      return parsed(text);
    },
    close() {
      closing.abort();
      agent.destroy();
    },
  };
}

const HEADERS = { "content-type": "application/json", "user-agent": "loong-http/1" };

/** Only what is said needs one: every other event may be lost or come twice. */
function keyOf(event: CallbackEvent): Readonly<Record<string, string>> {
  return event.type === "message" ? { "idempotency-key": event.id } : {};
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
