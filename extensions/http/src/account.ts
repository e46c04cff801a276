import type { ConfigSchema } from "@loong/sdk";

/** One application: where it is called, and the secret both sides sign with. */
export interface HttpAccount {
  readonly secret: string;
  readonly previousSecret?: string;
  readonly callbackUrl: string;
  readonly allowHttp?: boolean;
  readonly webhookPath?: string;
  readonly webhookBind?: string;
  readonly typing?: boolean;
  readonly previews?: boolean;
}

export const DEFAULT_WEBHOOK_PATH = "/http/messages";

const THIS_MACHINE: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]"]);

export const accountSchema: ConfigSchema<HttpAccount> = {
  type: "object",
  required: ["secret", "callbackUrl"],
  additionalProperties: false,
  properties: {
    secret: {
      type: "string",
      minLength: 16,
      title: "Secret",
      description:
        "Both sides sign with it: at least 16 characters, one secret for each account. `openssl rand -hex 32` makes one.",
      secret: true,
      env: ["HTTP_CHANNEL_SECRET"],
    },
    previousSecret: {
      type: "string",
      minLength: 16,
      title: "Previous secret",
      description: "Still good for what the application sends, while it changes over to the new secret.",
      secret: true,
    },
    callbackUrl: {
      type: "string",
      // No user name, no password, no fragment: the first two would be a secret in a URL.
      pattern: "^https?://[^@/?#\\s]+([/?][^#\\s]*)?$",
      title: "Callback address",
      description: "Where the application takes what Loong says. https, or http on this machine.",
      examples: ["https://app.example.com/loong"],
      env: ["HTTP_CHANNEL_CALLBACK_URL"],
    },
    allowHttp: {
      type: "boolean",
      default: false,
      title: "Allow http",
      description:
        "Lets callbackUrl be http beyond this machine. Everybody on the way can then read along, though not write.",
    },
    webhookPath: {
      type: "string",
      pattern: "^/[A-Za-z0-9._~/-]+$",
      default: DEFAULT_WEBHOOK_PATH,
      title: "Webhook path",
      description: "Where the application posts messages to. Each account has a path of its own.",
    },
    webhookBind: {
      type: "string",
      pattern: "^(\\[[0-9a-fA-F:]+\\]|[^:\\s]+):[0-9]{1,5}$",
      title: "Webhook listener",
      description: "Host and port of a listener of its own, instead of the gateway's port.",
      examples: ["127.0.0.1:8080"],
    },
    typing: {
      type: "boolean",
      title: "Typing",
      description: "Sends events of type typing while an answer is on its way. Off unless true.",
      examples: [true],
    },
    previews: {
      type: "boolean",
      title: "Previews",
      description: "Sends events of type preview and discard while an answer is written. Off unless true.",
      examples: [true],
    },
  },
};

/** Plain http tells everybody on the way what is said, so it has to be allowed or stay on this machine. */
export function mayCall({ callbackUrl, allowHttp }: HttpAccount): boolean {
  const { protocol, hostname } = new URL(callbackUrl);
  return protocol === "https:" || (protocol === "http:" && (allowHttp === true || THIS_MACHINE.has(hostname)));
}
