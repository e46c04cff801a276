import { defineChannel } from "@loong/sdk";
import { type WebhookAccount, accountSchema } from "./config.ts";
import { openChannel } from "./open.ts";
import { ROOM } from "./outbound/send.ts";

export type { WebhookAccount } from "./config.ts";

/** Notifications into one room: custom bots, group robots, incoming webhooks, plain JSON. Nothing ever comes back. */
export default defineChannel<WebhookAccount>({
  id: "webhook",
  label: "Webhook notifications",
  serves: false,
  accounts: {
    schema: accountSchema,
    target: { form: "none, or room: the address stands for one room", required: false, examples: [ROOM] },
  },
  // Nobody can speak here.
  dmPolicy: { supported: ["disabled"], default: "disabled" },
  groupPolicy: { supported: ["disabled"], default: "disabled" },
  // Markdown for a WeCom robot takes 4096 bytes, the least of all receivers; the rest is room for disarmed mentions.
  text: { maxLength: 4_000, unit: "utf8-bytes" },
  open: openChannel,
});
