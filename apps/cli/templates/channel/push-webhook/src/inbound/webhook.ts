import { parseForeignJson } from "@loong/guards";
import type { ChannelHost, WebhookFeature } from "@loong/sdk";
import type { Account } from "../account.ts";
import { inboundEvent, isWireEvent } from "./event.ts";
import { signatureFault } from "./verify.ts";

/** Verifies, parses, has it stored, and only then answers 200. What `accept` throws becomes 503: Acme Chat tries again. */
export function createWebhook(account: Account, { log, clock }: ChannelHost): WebhookFeature {
  return {
    path: account.webhookPath,
    async handle(request, inbound) {
      const refused = signatureFault(request, account.signingSecret, clock.now());
      if (refused !== undefined) return { status: 401, refused };
      const event = parseForeignJson(request.body);
      if (isWireEvent(event)) await inbound.accept([inboundEvent(event)]);
      else log.warn("an event that cannot be read was passed over");
      return { status: 200 };
    },
  };
}
