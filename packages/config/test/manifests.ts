import type { AgentManifest, ChannelManifest, JsonSchema } from "@loong/sdk";

function channel(id: string, aliases: readonly string[], account: JsonSchema): ChannelManifest {
  return {
    kind: "channel",
    id,
    aliases,
    label: id,
    contract: "^1.0.0",
    serves: true,
    dmPolicy: { supported: ["open", "allowlist", "pairing", "disabled"], default: "pairing" },
    groupPolicy: { supported: ["open", "allowlist", "disabled"], default: "allowlist" },
    text: { maxLength: 4_000, unit: "utf16-units" },
    target: { form: "id", required: true, examples: [] },
    account,
  };
}

/** Cut-down manifests of the channels and the agent that the playbooks configure. */
const feishu = channel("feishu", ["lark"], {
  type: "object",
  additionalProperties: false,
  required: ["appId", "appSecret"],
  properties: {
    appId: { type: "string", file: true, env: ["LARK_APP_ID", "FEISHU_APP_ID"] },
    appSecret: { type: "string", secret: true, env: ["LARK_APP_SECRET"] },
    domain: { type: "string", enum: ["feishu", "lark"], default: "feishu" },
    mode: { type: "string", enum: ["websocket", "webhook"], default: "websocket" },
    receiveIdType: { type: "string", default: "chat_id" },
    encryptKey: { type: "string", secret: true, env: ["LARK_ENCRYPT_KEY"] },
    verificationToken: { type: "string", secret: true, env: ["LARK_VERIFICATION_TOKEN"] },
    webhookPath: { type: "string", pattern: "^/", default: "/lark/webhook" },
    webhookBind: { type: "string" },
    retries: { type: "integer", minimum: 0, maximum: 5, default: 3 },
  },
});

const telegram = channel("telegram", [], {
  type: "object",
  additionalProperties: false,
  required: ["botToken"],
  properties: { botToken: { type: "string", secret: true, env: ["TELEGRAM_BOT_TOKEN"] } },
});

const wecom = channel("wecom", ["wechat-work", "qywx"], {
  type: "object",
  additionalProperties: false,
  required: ["botId", "secret"],
  properties: {
    botId: { type: "string", env: ["WECOM_BOT_ID"], file: true },
    secret: { type: "string", secret: true, env: ["WECOM_SECRET"] },
    pingIntervalS: { type: "integer", minimum: 1, default: 30 },
    reconnectIntervalS: { type: "integer", minimum: 1, default: 5 },
    websocketUrl: { type: "string", default: "wss://openws.work.weixin.qq.com" },
  },
});

export const llm: AgentManifest = {
  kind: "agent",
  id: "llm",
  label: "Model",
  contract: "^1.0.0",
  keys: ["activeProvider", "providers"],
  settings: {
    type: "object",
    additionalProperties: false,
    properties: {
      activeProvider: { type: "string" },
      providers: {
        type: "object",
        additionalProperties: {
          type: "object",
          additionalProperties: false,
          properties: {
            kind: { type: "string" },
            apiKey: { type: "string", secret: true },
            model: { type: "string", default: "auto" },
            headers: { type: "object", additionalProperties: { type: "string", secret: true } },
          },
        },
      },
    },
  },
};

export const manifests = [feishu, telegram, wecom, llm];
