import type { ConfigSchema } from "@loong/sdk";

/** One account as the operator wrote it: a page with an address of its own. */
export interface WebchatAccount {
  readonly bind?: string;
  readonly allowedOrigins?: readonly string[];
  readonly frameAncestors?: readonly string[];
  readonly accessToken?: string;
  readonly sessionKey?: string;
  readonly title?: string;
  readonly maxMessageChars?: number;
  readonly messagesPerMinute?: number;
  readonly maxVisitors?: number;
  readonly historyMessages?: number;
  readonly idleTimeoutMinutes?: number;
  readonly visitorTimeoutMinutes?: number;
}

export const DEFAULTS = {
  bind: "127.0.0.1:18790",
  title: "Chat",
  maxMessageChars: 4_000,
  messagesPerMinute: 20,
  maxVisitors: 500,
  historyMessages: 50,
  idleTimeoutMinutes: 60,
  visitorTimeoutMinutes: 60,
} as const;

const origins = { type: "array", items: { type: "string", minLength: 1 }, maxItems: 50, default: [] } as const;

export const accountSchema: ConfigSchema<WebchatAccount> = {
  type: "object",
  additionalProperties: false,
  properties: {
    bind: {
      type: "string",
      default: DEFAULTS.bind,
      title: "Address",
      description:
        "host:port the page listens on. Another one for each account. Not a loopback address: set allowedOrigins.",
    },
    allowedOrigins: {
      ...origins,
      title: "Allowed origins",
      description:
        "Addresses people open the page at, as the browser shows them: https://chat.example.com. Without any, only this machine's own address.",
      examples: [["https://chat.example.com"]],
    },
    frameAncestors: {
      ...origins,
      title: "May embed the page",
      description:
        "Origins of websites that show the page in a frame. They have to be of the same site. Without any, none may.",
      examples: [["https://www.example.com"]],
    },
    accessToken: {
      type: "string",
      minLength: 12,
      secret: true,
      env: ["WEBCHAT_ACCESS_TOKEN"],
      title: "Access token",
      description: "What visitors must know to open the chat, shared by all of them. A new one ends every session.",
    },
    sessionKey: {
      type: "string",
      minLength: 32,
      secret: true,
      env: ["WEBCHAT_SESSION_KEY"],
      title: "Session key",
      description:
        "Signs visitors' sessions: `openssl rand -hex 32`. Absent: one is made and kept in the account's data folder.",
    },
    title: {
      type: "string",
      minLength: 1,
      maxLength: 80,
      default: DEFAULTS.title,
      title: "Title",
      description: "Shown above the chat.",
    },
    maxMessageChars: {
      type: "integer",
      minimum: 1,
      maximum: 16_000,
      default: DEFAULTS.maxMessageChars,
      title: "Longest message",
      description: "Characters a visitor may write at once.",
    },
    messagesPerMinute: {
      type: "integer",
      minimum: 1,
      maximum: 600,
      default: DEFAULTS.messagesPerMinute,
      title: "Messages per minute",
      description: "How many messages one visitor may write in a minute.",
    },
    maxVisitors: {
      type: "integer",
      minimum: 1,
      maximum: 10_000,
      default: DEFAULTS.maxVisitors,
      title: "Visitors",
      description:
        "How many visitors are kept in memory at once. When all of them are connected, nobody else is let in.",
    },
    historyMessages: {
      type: "integer",
      minimum: 1,
      maximum: 200,
      default: DEFAULTS.historyMessages,
      title: "History",
      description:
        "How many of the last messages a page shows again after it was reloaded. Kept in memory: gone after a restart.",
    },
    idleTimeoutMinutes: {
      type: "number",
      exclusiveMinimum: 0,
      maximum: 1_440,
      default: DEFAULTS.idleTimeoutMinutes,
      title: "Idle timeout",
      description:
        "A page that wrote nothing and was shown nothing for so long is disconnected until somebody uses it again.",
    },
    visitorTimeoutMinutes: {
      type: "number",
      exclusiveMinimum: 0,
      maximum: 300,
      default: DEFAULTS.visitorTimeoutMinutes,
      title: "Visitor timeout",
      description: "How long a message waits for a page that is not connected, counted from when the page left.",
    },
  },
};
