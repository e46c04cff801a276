import { isLoopback } from "@loong/guards";
import type { ConfigSchema, JsonSchema } from "@loong/sdk";
import { telegramErrors } from "./errors.ts";

/** One bot, as the host hands it over: defaults filled in, secrets resolved. */
export interface TelegramAccount {
  readonly botToken?: string;
  /** Replaces https://api.telegram.org. */
  readonly baseUrl?: string;
  readonly mode: "polling" | "webhook";
  /** How long Telegram holds a poll open when there is nothing new. */
  readonly pollingTimeoutS: number;
  /** The public address that is registered with Telegram. Absent: the operator registers it. */
  readonly webhookUrl?: string;
  readonly webhookPath: string;
  /** `"127.0.0.1:8080"` */
  readonly webhookBind?: string;
  readonly webhookSecret?: string;
  readonly commandsMenu: boolean;
  readonly linkPreviews: boolean;
}

/** https, or http on this machine only. */
const ADDRESS = "^(https://[^/?#@]+|http://(localhost|127\\.0\\.0\\.1|\\[::1\\])(:[0-9]+)?)(/[^?#]*)?$";

/** Plain JSON Schema, so that no schema library is loaded. */
const schema: JsonSchema = {
  type: "object",
  additionalProperties: false,
  properties: {
    botToken: {
      type: "string",
      title: "Bot token",
      description: "The token that @BotFather gives: /newbot, or /mybots → API Token.",
      env: ["TELEGRAM_BOT_TOKEN"],
      secret: true,
    },
    baseUrl: {
      type: "string",
      pattern: ADDRESS,
      title: "Base URL",
      description:
        "Address of another Bot API server, instead of https://api.telegram.org. https, or http on this machine only.",
      examples: ["https://bot-api.example.com"],
      env: ["TELEGRAM_API_BASE_URL"],
    },
    mode: {
      type: "string",
      enum: ["polling", "webhook"],
      default: "polling",
      title: "Connection mode",
      description: "polling: this gateway asks, no public address needed. webhook: Telegram calls webhookPath.",
    },
    pollingTimeoutS: {
      type: "integer",
      minimum: 1,
      maximum: 50,
      default: 30,
      title: "Poll length",
      description: "Seconds that Telegram holds a poll open when there is nothing new. Polling mode only.",
    },
    webhookUrl: {
      type: "string",
      pattern: ADDRESS,
      title: "Webhook URL",
      description:
        "Public https address that leads to webhookPath; the gateway registers it when it starts. Webhook mode only.",
      examples: ["https://bots.example.com/telegram/webhook"],
    },
    webhookPath: {
      type: "string",
      pattern: "^/[^?#\\s]*$",
      default: "/telegram/webhook",
      title: "Webhook path",
      description: "Path on this gateway. Webhook mode only; one account per path.",
    },
    webhookBind: {
      type: "string",
      pattern: "^.+:[0-9]{1,5}$",
      title: "Webhook address",
      description: "host:port of a listener of its own, instead of the gateway's port. Webhook mode only.",
      examples: ["127.0.0.1:8080"],
    },
    webhookSecret: {
      type: "string",
      title: "Webhook secret",
      description:
        "1 to 256 letters, digits, - or _ of your own choice; every update must carry it. Without it webhook mode takes nothing.",
      env: ["TELEGRAM_WEBHOOK_SECRET"],
      secret: true,
    },
    commandsMenu: {
      type: "boolean",
      default: true,
      title: "Command menu",
      description: "Show /new, /reset and /stop in Telegram's command menu.",
    },
    linkPreviews: {
      type: "boolean",
      default: true,
      title: "Link previews",
      description: "Let Telegram show a preview of the first link of a message.",
    },
  },
};

/** The token is not `required`: its absence is told by the channel, with the environment name that would do. */
export const accountSchema: ConfigSchema<TelegramAccount> = schema;

export interface BotToken {
  readonly token: string;
  /** The number before the colon: the bot's user id, the same after the token was revoked and made anew. */
  readonly botId: string;
}

/**
 * @throws TELEGRAM_TOKEN_MISSING, TELEGRAM_TOKEN_FORM
 * @see https://core.telegram.org/bots/api#authorizing-your-bot (read 2026-08)
 */
export function tokenOf({ botToken = "" }: Pick<TelegramAccount, "botToken">, accountId: string): BotToken {
  const path = accountId === "default" ? "channels.telegram" : `channels.telegram.accounts.${accountId}`;
  const token = botToken.trim();
  if (token === "") throw telegramErrors.TELEGRAM_TOKEN_MISSING([path]);
  const botId = /^(\d{1,20}):[\w-]+$/.exec(token)?.[1];
  if (botId === undefined) throw telegramErrors.TELEGRAM_TOKEN_FORM([path]);
  return { token, botId };
}

/**
 * The address all calls go to, without a slash at the end.
 *
 * @throws TELEGRAM_BASE_URL for anything but https, http on this machine excepted: the token is part of every address.
 */
export function baseUrlOf({ baseUrl = "" }: Pick<TelegramAccount, "baseUrl">): URL {
  if (baseUrl === "") return new URL("https://api.telegram.org");
  const url = URL.parse(baseUrl);
  const allowed = url?.protocol === "https:" || (url?.protocol === "http:" && isLoopback(url));
  if (url === null || !allowed || url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    throw telegramErrors.TELEGRAM_BASE_URL([]);
  }
  url.pathname = url.pathname.replace(/\/+$/, "");
  return url;
}
