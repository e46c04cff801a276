import { type LlmEmulator, startLlmEmulator } from "@loong/agent-llm/emulator";
import { type FeishuEmulator, startFeishuEmulator } from "@loong/feishu/emulator";
import { startTelegramEmulator, type TelegramEmulator } from "@loong/telegram/emulator";
import { startWecomEmulator, type WecomEmulator } from "@loong/wecom/emulator";

/** Ada's private chat with the bot on one platform. */
export interface AdasChat {
  readonly channel: string;
  says(text: string): void;
  /** What the bot has said, as people see it now. */
  answers(): readonly string[];
  /** What stands there while an answer is written and is no message: a draft. */
  draft(): string | undefined;
}

/** Three platforms and a model on this machine, and one person who is on all of them. */
export interface Playground {
  readonly model: LlmEmulator;
  readonly feishu: FeishuEmulator;
  readonly telegram: TelegramEmulator;
  readonly wecom: WecomEmulator;
  readonly chats: readonly [AdasChat, AdasChat, AdasChat];
  /** What a gateway needs to find them. */
  readonly env: Readonly<Record<string, string>>;
  /** Provider and one account of each channel that talks with Ada, in YAML. */
  readonly config: string;
  close(): Promise<void>;
}

const APP = { appId: "cli_a9f6c72aa7b85bca", appSecret: "playground-secret", botName: "Loong" };
const TELEGRAM_BOT = { token: "123456:playground-token-aaaaaaaaaaaaaaaaaaaaaaa", username: "loong_bot", name: "Loong" };
const WECOM_BOT = { botId: "aib_loong", secret: "playground-secret", name: "Loong" };

export async function openPlayground(): Promise<Playground> {
  const model = await startLlmEmulator();
  const feishu = await startFeishuEmulator({ apps: [APP] });
  const telegram = await startTelegramEmulator({ bots: [TELEGRAM_BOT] });
  const wecom = await startWecomEmulator({ bots: [WECOM_BOT] });
  const ada = { feishu: feishu.user("Ada"), telegram: telegram.user("Ada"), wecom: wecom.user("Ada") };
  return {
    model,
    feishu,
    telegram,
    wecom,
    chats: [feishuChat(feishu), telegramChat(telegram), wecomChat(wecom)],
    env: {
      ARK_API_KEY: "playground-key",
      LOONG_PROVIDER_BASE_URL: `${model.url}/api/v3`,
      LARK_APP_ID: APP.appId,
      LARK_APP_SECRET: APP.appSecret,
      LARK_BASE_URL: feishu.url,
      TELEGRAM_BOT_TOKEN: TELEGRAM_BOT.token,
      TELEGRAM_API_BASE_URL: telegram.url,
      WECOM_BOT_ID: WECOM_BOT.botId,
      WECOM_SECRET: WECOM_BOT.secret,
      WECOM_WEBSOCKET_URL: wecom.websocketUrl,
    },
    config: `activeProvider: volcengine
providers:
  volcengine: { kind: volcengine, apiKey: { env: ARK_API_KEY }, model: auto }
channels:
  feishu: { enabled: true, allowFrom: ["${ada.feishu.openId}"] }
  telegram: { enabled: true, allowFrom: ["${ada.telegram.userId}"] }
  wecom: { enabled: true, allowFrom: ["${ada.wecom.userId}"] }
`,
    close: async () => void (await Promise.all([feishu.close(), telegram.close(), wecom.close(), model.close()])),
  };
}

function feishuChat(platform: FeishuEmulator): AdasChat {
  const chat = platform.directChat("Ada", APP.appId);
  return {
    channel: "feishu",
    says: (text) => void platform.say(chat, "Ada", text),
    answers: () =>
      platform
        .shows(chat)
        .filter(({ from, recalled }) => from.kind === "app" && !recalled)
        .map(({ text }) => text),
    draft: () => undefined,
  };
}

function telegramChat(platform: TelegramEmulator): AdasChat {
  const chat = platform.directChat("Ada", TELEGRAM_BOT.username);
  return {
    channel: "telegram",
    says: (text) => void platform.say(chat, "Ada", text),
    answers: () =>
      platform
        .shows(chat)
        .filter(({ from }) => from.kind === "bot")
        .map(({ text }) => text),
    draft: () => platform.draft(chat)?.text,
  };
}

function wecomChat(platform: WecomEmulator): AdasChat {
  const chat = platform.directChat("Ada", WECOM_BOT.botId);
  return {
    channel: "wecom",
    says: (text) => void platform.say(chat, "Ada", text),
    answers: () =>
      platform
        .shows(chat)
        .filter(({ from }) => from.kind === "bot")
        .map(({ text }) => text),
    draft: () => undefined,
  };
}
