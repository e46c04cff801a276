import type { ConfigSchema } from "@loong/sdk";

/** One account, as an operator writes it under `channels.acme`. */
export interface Account {
  readonly baseUrl: string;
  readonly token: string;
  readonly signingSecret: string;
  readonly webhookPath: string;
}

/** Checked by the gateway before a line of this package runs. What is `secret` is never shown, logged or written back. */
export const accountSchema: ConfigSchema<Account> = {
  type: "object",
  required: ["baseUrl", "token", "signingSecret"],
  additionalProperties: false,
  properties: {
    baseUrl: {
      type: "string",
      pattern: "^https?://",
      title: "Server",
      description: "Where Acme Chat answers.",
      examples: ["https://chat.example.com"],
      env: ["ACME_BASE_URL"],
    },
    token: {
      type: "string",
      minLength: 1,
      title: "Bot token",
      description: "From the page of the bot in Acme Chat.",
      secret: true,
      env: ["ACME_TOKEN"],
    },
    signingSecret: {
      type: "string",
      minLength: 1,
      title: "Signing secret",
      description: "With it Acme Chat signs what it posts.",
      secret: true,
      env: ["ACME_SIGNING_SECRET"],
    },
    webhookPath: {
      type: "string",
      pattern: "^/[^?#\\s]+$",
      default: "/acme/events",
      title: "Webhook path",
      description: "Where on the gateway Acme Chat posts events. Each account needs its own.",
    },
  },
};
