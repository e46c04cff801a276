import type { HostClock } from "@loong/sdk";
import { type HttpAccount, mayCall } from "../account.ts";
import { callbackErrors } from "../errors.ts";
import { signedHeaders } from "../signature.ts";
import { errorOf, errorOfSilence } from "./classify.ts";
import type { CallbackEvent } from "./events.ts";
import { createTransport } from "./transport.ts";

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
  close(): Promise<void>;
}

export function createCallback(account: HttpAccount, clock: HostClock): Callback {
  const { callbackUrl, secret } = account;
  const transport = createTransport();
  const { origin } = new URL(callbackUrl);
  return {
    origin,
    async post(event, signal) {
      if (!mayCall(account)) throw callbackErrors.CALLBACK_HTTP_NOT_ALLOWED([origin]);
      if (signal.aborted) throw callbackErrors.CALLBACK_STOPPED([]);
      const body = Buffer.from(JSON.stringify(event));
      const headers = { ...HEADERS, ...keyOf(event), ...signedHeaders(secret, body, clock.now()) };
      const answer = await transport.post(callbackUrl, headers, body, signal);
      if (!("status" in answer)) throw errorOfSilence(answer, origin);
      const error = errorOf(answer, origin, clock.now());
      if (error) throw error;
      return parsed(answer.body);
    },
    close: () => transport.close(),
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
