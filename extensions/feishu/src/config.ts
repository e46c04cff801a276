import { isLoopback } from "@loong/guards";
import type { ConfigSchema, JsonSchema } from "@loong/sdk";
import { feishuErrors } from "./errors.ts";

export type ReceiveIdType = "chat_id" | "open_id" | "user_id" | "union_id" | "email";
export type RenderMode = "auto" | "card" | "post" | "text";

/** One Feishu or Lark app, as the host hands it over: defaults filled in, secrets resolved. */
export interface FeishuAccount {
  readonly appId?: string;
  readonly appSecret?: string;
  readonly domain: "feishu" | "lark";
  /** Replaces the address that `domain` stands for. */
  readonly baseUrl?: string;
  readonly mode: "websocket" | "webhook";
  readonly encryptKey?: string;
  readonly verificationToken?: string;
  readonly webhookPath: string;
  /** `"127.0.0.1:8080"` */
  readonly webhookBind?: string;
  readonly receiveIdType: ReceiveIdType;
  readonly ackReactions: boolean;
  readonly renderMode: RenderMode;
}

/** Plain JSON Schema, so that no schema library is loaded. */
const schema: JsonSchema = {
  type: "object",
  additionalProperties: false,
  properties: {
    appId: {
      type: "string",
      title: "App ID",
      description: "App ID from Credentials & Basic Info (凭证与基础信息) of the app; starts with cli_.",
      examples: ["cli_a9f6c72aa7b85bca"],
      env: ["LARK_APP_ID", "FEISHU_APP_ID"],
      file: true,
    },
    appSecret: {
      type: "string",
      title: "App Secret",
      description: "App Secret from the same page.",
      env: ["LARK_APP_SECRET", "FEISHU_APP_SECRET"],
      secret: true,
    },
    domain: {
      type: "string",
      enum: ["feishu", "lark"],
      default: "feishu",
      title: "Domain",
      description: "Where the app was created: feishu (open.feishu.cn) or lark (open.larksuite.com, international).",
    },
    baseUrl: {
      type: "string",
      pattern: "^(https://[^/?#@]+|http://(localhost|127\\.0\\.0\\.1|\\[::1\\])(:[0-9]+)?)(/[^?#]*)?$",
      title: "Base URL",
      description: "Address of a private deployment, instead of domain. https, or http on this machine only.",
      examples: ["https://open.example.com"],
      env: ["LARK_BASE_URL", "FEISHU_BASE_URL"],
    },
    mode: {
      type: "string",
      enum: ["websocket", "webhook"],
      default: "websocket",
      title: "Connection mode",
      description:
        "websocket: this gateway opens the connection, no public address needed. webhook: the platform calls webhookPath.",
    },
    encryptKey: {
      type: "string",
      title: "Encrypt Key",
      description:
        "Events and Callbacks (事件与回调) → Encryption Strategy. Webhook mode only: signs and encrypts every event.",
      env: ["LARK_ENCRYPT_KEY", "FEISHU_ENCRYPT_KEY"],
      secret: true,
    },
    verificationToken: {
      type: "string",
      title: "Verification Token",
      description: "From the same page. Webhook mode only: every event must carry it.",
      env: ["LARK_VERIFICATION_TOKEN", "FEISHU_VERIFICATION_TOKEN"],
      secret: true,
    },
    webhookPath: {
      type: "string",
      pattern: "^/[^?#\\s]*$",
      default: "/lark/webhook",
      title: "Webhook path",
      description: "Path of the request URL (请求地址). Webhook mode only; one account per path.",
    },
    webhookBind: {
      type: "string",
      pattern: "^.+:[0-9]{1,5}$",
      title: "Webhook address",
      description: "host:port of a listener of its own, instead of the gateway's port. Webhook mode only.",
      examples: ["127.0.0.1:8080"],
    },
    receiveIdType: {
      type: "string",
      enum: ["chat_id", "open_id", "user_id", "union_id", "email"],
      default: "chat_id",
      title: "Kind of target",
      description:
        "What a target is when its form does not tell: oc_… is a chat, ou_… and on_… are people, a@b is an email.",
    },
    ackReactions: {
      type: "boolean",
      default: true,
      title: "Typing reaction",
      description: "Show a Typing reaction on a message while its answer is written. Costs two calls per answer.",
    },
    renderMode: {
      type: "string",
      enum: ["auto", "card", "post", "text"],
      default: "auto",
      title: "Form of answers",
      description:
        "auto: a card where the answer has formatting, else a text message. A form the platform refuses is replaced by the next simpler one.",
    },
  },
};

/** App id and secret are not `required`: their absence is told by the channel, with the environment names that would do. */
export const accountSchema: ConfigSchema<FeishuAccount> = schema;

export interface Credentials {
  readonly appId: string;
  readonly appSecret: string;
}

/** @throws FEISHU_APP_ID_MISSING, FEISHU_APP_SECRET_MISSING */
export function credentialsOf(account: Pick<FeishuAccount, "appId" | "appSecret">, accountId: string): Credentials {
  const path = accountId === "default" ? "channels.lark" : `channels.lark.accounts.${accountId}`;
  const { appId = "", appSecret = "" } = account;
  if (appId === "") throw feishuErrors.FEISHU_APP_ID_MISSING([path]);
  if (appSecret === "") throw feishuErrors.FEISHU_APP_SECRET_MISSING([path]);
  return { appId, appSecret };
}

/**
 * The address all calls go to, without a slash at the end: the platform answers `//open-apis` with 404.
 *
 * @throws FEISHU_BASE_URL for anything but https, http on this machine excepted.
 * @see https://open.feishu.cn/document/server-docs/api-call-guide/calling-process/overview (read 2026-05)
 */
export function baseUrlOf({ baseUrl, domain }: Pick<FeishuAccount, "baseUrl" | "domain">): URL {
  if (baseUrl === undefined || baseUrl === "") {
    return new URL(domain === "lark" ? "https://open.larksuite.com" : "https://open.feishu.cn");
  }
  const url = URL.parse(baseUrl);
  const allowed = url?.protocol === "https:" || (url?.protocol === "http:" && isLoopback(url));
  if (url === null || !allowed || url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    throw feishuErrors.FEISHU_BASE_URL([]);
  }
  url.pathname = url.pathname.replace(/\/+$/, "");
  return url;
}
