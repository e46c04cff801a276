import type { Inbound } from "@loong/sdk";
import { expect } from "vitest";
import type { ChannelCase } from "./context.ts";
import { startSession } from "./session.ts";

/** What a webhook promises about requests that are not the platform's. */
export const webhookCases: readonly ChannelCase[] = [
  {
    name: "webhook-forged",
    promise: "a forged request is refused with 401 and nothing of it is taken",
    async check(context) {
      const { webhook } = context.open();
      if (!webhook) return context.skip("the channel has no webhook");
      const requests = await context.need("forge")();
      expect(requests.length, "forged requests to try").toBeGreaterThan(0);
      let offered = 0;
      const inbound: Inbound = {
        async accept(events) {
          offered += events.length;
          return events.map(() => "stored");
        },
        cursor: async () => undefined,
        report: () => {},
      };
      for (const { what, request } of requests) {
        const response = await webhook.handle(request, inbound);
        expect(response.status, `the answer to a request with ${what}`).toBe(401);
        expect(response.refused ?? "", `why a request with ${what} was refused`).not.toBe("");
      }
      expect(offered, "events taken from forged requests").toBe(0);
    },
  },
  {
    name: "webhook-delivers",
    promise: "the platform's own requests are taken at the webhook's path",
    async check(context) {
      const { webhook } = context.open();
      if (!webhook) return context.skip("the channel has no webhook");
      expect(webhook.path).toMatch(/^\/[^?#\s]+$/);
      const session = await startSession(context);
      const said = await context.need("say")("over the webhook");
      expect((await session.event("over the webhook")).messageId).toBe(said.messageId);
    },
  },
];
