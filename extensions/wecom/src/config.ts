import { isLoopback } from "@loong/guards";
import type { ConfigSchema, JsonSchema } from "@loong/sdk";
import { wecomErrors } from "./errors.ts";

/** One AIBot (智能机器人), as the host hands it over: defaults filled in, secrets resolved. */
export interface WecomAccount {
  readonly botId?: string;
  readonly secret?: string;
  readonly websocketUrl: string;
  readonly pingIntervalS: number;
  readonly reconnectIntervalS: number;
  /** Said to a person who opens the chat with the bot for the first time that day. */
  readonly welcomeText?: string;
  /** Name of the bot in groups, for cutting its mention out of what people say. */
  readonly botName?: string;
  /** Let people rate streamed answers. */
  readonly feedback: boolean;
}

const DEFAULT_WEBSOCKET_URL = "wss://openws.work.weixin.qq.com";

/** Plain JSON Schema, so that no schema library is loaded. */
const schema: JsonSchema = {
  type: "object",
  additionalProperties: false,
  properties: {
    botId: {
      type: "string",
      title: "Bot ID",
      description:
        "Bot ID (机器人 ID) from the API settings of the bot (智能机器人 → API 模式 → 长连接); starts with aib.",
      examples: ["aibXVqN4fMrnCqTfGSrAPgKmSWnzEVAR2E"],
      env: ["WECOM_BOT_ID"],
      file: true,
    },
    secret: {
      type: "string",
      title: "Secret",
      description: "Secret of the long connection (长连接), from the same page.",
      env: ["WECOM_SECRET"],
      secret: true,
    },
    websocketUrl: {
      type: "string",
      pattern: "^(wss://[^/?#@\\s]+|ws://(localhost|127\\.0\\.0\\.1|\\[::1\\])(:[0-9]+)?)(/[^?#\\s]*)?$",
      default: DEFAULT_WEBSOCKET_URL,
      title: "Websocket URL",
      description:
        "Address of the long connection. wss, or ws on this machine only. Change it for private deployments.",
      env: ["WECOM_WEBSOCKET_URL"],
    },
    pingIntervalS: {
      type: "integer",
      minimum: 1,
      maximum: 300,
      default: 30,
      title: "Ping interval",
      description: "Seconds between two pings. An unanswered one ends the connection after 15 seconds at most.",
    },
    reconnectIntervalS: {
      type: "integer",
      minimum: 1,
      maximum: 300,
      default: 5,
      title: "Reconnect interval",
      description: "The least seconds before a lost connection is opened again; attempts that fail wait longer.",
    },
    welcomeText: {
      type: "string",
      title: "Welcome",
      description: "Said when a person opens the chat with the bot, once a day and person. Empty: nothing.",
      examples: ["你好，我是小龙。"],
    },
    botName: {
      type: "string",
      title: "Bot name",
      description:
        "The bot's name as groups show it. Only needed when it has spaces or people mention it in the middle of a sentence.",
      examples: ["Loong Bot"],
    },
    feedback: {
      type: "boolean",
      default: false,
      title: "Feedback",
      description: "Show thumbs under answers to messages; what people choose is written to the log.",
    },
  },
};

/** Bot id and secret are not `required`: their absence is told by the channel, with the environment names that would do. */
export const accountSchema: ConfigSchema<WecomAccount> = schema;

export interface Credentials {
  readonly botId: string;
  readonly secret: string;
}

/** @throws WECOM_BOT_ID_MISSING, WECOM_SECRET_MISSING */
export function credentialsOf(account: Pick<WecomAccount, "botId" | "secret">, accountId: string): Credentials {
  const path = accountId === "default" ? "channels.wecom" : `channels.wecom.accounts.${accountId}`;
  const { botId = "", secret = "" } = account;
  if (botId === "") throw wecomErrors.WECOM_BOT_ID_MISSING([path]);
  if (secret === "") throw wecomErrors.WECOM_SECRET_MISSING([path]);
  return { botId, secret };
}

/** @throws WECOM_WEBSOCKET_URL for anything but wss, ws on this machine excepted: the secret travels over it. */
export function websocketUrlOf({ websocketUrl }: Pick<WecomAccount, "websocketUrl">): URL {
  const url = URL.parse(websocketUrl === "" ? DEFAULT_WEBSOCKET_URL : websocketUrl);
  const allowed = url?.protocol === "wss:" || (url?.protocol === "ws:" && isLoopback(url));
  if (url === null || !allowed || url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    throw wecomErrors.WECOM_WEBSOCKET_URL([]);
  }
  return url;
}
