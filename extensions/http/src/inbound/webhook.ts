import type { HostClock, WebhookFeature, WebhookResponse } from "@loong/sdk";
import { DEFAULT_WEBHOOK_PATH, type HttpAccount } from "../account.ts";
import { type SignatureProblem, signatureProblem } from "../signature.ts";
import { parseBody } from "./message.ts";

/** The application's way in: verify, parse, store, and only then acknowledge. */
export function webhookOf(account: HttpAccount, clock: HostClock): WebhookFeature {
  const { secret, previousSecret, webhookPath, webhookBind } = account;
  const secrets = previousSecret === undefined ? [secret] : [secret, previousSecret];
  return {
    path: webhookPath ?? DEFAULT_WEBHOOK_PATH,
    ...(webhookBind === undefined ? {} : { bind: webhookBind }),
    async handle(request, inbound) {
      const forged = signatureProblem(secrets, request, clock.now());
      if (forged !== undefined) return refusal(401, forged, WHY[forged]);
      if (request.method !== "POST") return refusal(405, "method", "Messages are posted.");
      const parsed = parseBody(request.body, Number(request.headers["loong-timestamp"]) * 1000);
      if ("reflected" in parsed)
        return refusal(401, "reflected", "This is an event that the gateway itself has signed.");
      if ("problem" in parsed) return refusal(400, "message", parsed.problem);
      const [acceptance = "stored"] = await inbound.accept([parsed.event]);
      return json(200, { status: acceptance });
    },
  };
}

const WHY: Readonly<Record<SignatureProblem, string>> = {
  headers: "Loong-Timestamp (seconds) or Loong-Signature (v1= and 64 hex digits) is missing or malformed.",
  signature: "The signature is not the HMAC-SHA256 of timestamp, full stop and raw body with this account's secret.",
  timestamp: "The timestamp is more than 300 seconds off this gateway's clock.",
};

function refusal(status: number, refused: string, message: string): WebhookResponse {
  return { ...json(status, { error: { code: refused, message } }), refused };
}

function json(status: number, body: unknown): WebhookResponse {
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}
