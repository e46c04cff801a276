import feishu, { type FeishuAccount } from "@loong/feishu";
import { DEFAULT_APP, type FeishuEmulator, type Said, startFeishuEmulator } from "@loong/feishu/emulator";
import type { ChannelConformanceOptions, ChannelHarness, SaidMessage, SendFault } from "@loong/testkit";
import packageJson from "../package.json" with { type: "json" };
import { encrypt, plainRequest, sign } from "./platform-crypto.ts";

const { appId, appSecret } = DEFAULT_APP;
const encryptKey = "kudryavka-encrypt-key-01";
const verificationToken = "rvaYgkND1GOiu5MM0E1rncYC6PLtF7JV";
const MESSAGES = "/open-apis/im/v1/messages";
const RETRY_AFTER_S = 3;

async function harness(mode: FeishuAccount["mode"]): Promise<ChannelHarness<FeishuAccount>> {
  const emulator = await startFeishuEmulator({
    apps: [{ ...DEFAULT_APP, encryptKey, verificationToken }],
    clientConfig: { PingInterval: 1 },
    redeliveryDelaysMs: [300, 300, 300, 300],
  });
  const eventOf = new Map<string, string>();
  const ann = emulator.user("Ann");
  const direct = emulator.directChat(ann, appId);
  const group = emulator.group("ops", [ann], [appId]);
  const account: FeishuAccount = {
    appId,
    appSecret,
    domain: "feishu",
    baseUrl: emulator.url,
    mode,
    encryptKey,
    verificationToken,
    webhookPath: "/lark/webhook",
    receiveIdType: "chat_id",
    ackReactions: true,
    renderMode: "auto",
  };
  return {
    account,
    wrongAccount: { ...account, appSecret: "another-secret-entirely" },
    target: direct.chatId,
    wrongTarget: "oc_00000000000000000000000000000000",
    platform: {
      sentMessages: () => [direct, group].flatMap((chat) => botMessages(emulator, chat.chatId)),
      say(text, { in: where = "direct", mention = false, as = "person" } = {}) {
        const chat = where === "direct" ? direct : group;
        const said = emulator.say(chat, as === "person" ? ann : appId, text, mention ? { mentions: [appId] } : {});
        eventOf.set(said.messageId, said.eventId);
        return saidMessage(emulator, said, chat.chatId, as === "person" ? ann.openId : emulator.app(appId).botOpenId);
      },
      redeliver: ({ messageId }) => void emulator.redeliver(eventOf.get(messageId) ?? ""),
      failNext: (fault) => failNext(emulator, fault),
      ...(mode === "webhook" ? { deliverTo: (url: string) => emulator.pushTo(appId, url), forge } : {}),
    },
    close: () => emulator.close(),
  };
}

function saidMessage(
  emulator: FeishuEmulator,
  { messageId, eventId }: Said,
  conversationId: string,
  senderId: string,
): SaidMessage {
  const acknowledged = () =>
    emulator
      .deliveries()
      .some(
        (delivery) =>
          delivery.eventId === eventId && delivery.attempts.some(({ outcome }) => outcome === "acknowledged"),
      );
  return { messageId, conversationId, senderId, acknowledged };
}

function botMessages(emulator: FeishuEmulator, conversationId: string) {
  const messages = emulator.shows(conversationId).filter(({ from }) => from.kind === "app");
  return messages.map(({ messageId, text, generating }) => ({
    messageId,
    conversationId,
    text,
    isUnfinished: generating,
  }));
}

function failNext(emulator: FeishuEmulator, fault: SendFault) {
  const scope = { path: MESSAGES, times: 1 };
  switch (fault) {
    case "rate-limited":
      emulator.inject({ ...scope, action: { rateLimitSeconds: RETRY_AFTER_S } });
      return { retryAfterMs: RETRY_AFTER_S * 1_000 };
    case "server-error":
      return void emulator.inject({ ...scope, action: { status: 500, body: { code: 2200, msg: "internal error" } } });
    case "response-lost":
      return void emulator.inject({ ...scope, action: "reset-after" });
  }
}

function forge() {
  const header = { event_id: "e1", event_type: "im.message.receive_v1", token: verificationToken, app_id: appId };
  const message = {
    message_id: "om_1",
    chat_id: "oc_1",
    chat_type: "p2p",
    message_type: "text",
    content: '{"text":"forged"}',
  };
  const event = {
    schema: "2.0",
    header,
    event: { sender: { sender_id: { open_id: "ou_1" }, sender_type: "user" }, message },
  };
  const now = String(Math.floor(Date.now() / 1_000));
  const signed = sign(plainRequest(encrypt(event, encryptKey)), encryptKey, now);
  const other = { ...event, header: { ...header, app_id: "cli_0000000000000000" } };
  return [
    { what: "no signature", request: plainRequest(encrypt(event, encryptKey)) },
    {
      what: "a signature of another body",
      request: { ...signed, body: plainRequest(encrypt(other, encryptKey)).body },
    },
    { what: "a signature with another key", request: sign(plainRequest(encrypt(event, encryptKey)), "guess", now) },
    {
      what: "an old signature",
      request: sign(plainRequest(encrypt(event, encryptKey)), encryptKey, String(Number(now) - 301)),
    },
    { what: "plaintext", request: sign(plainRequest(event), encryptKey, now) },
    { what: "bytes of another key", request: sign(plainRequest(encrypt(event, "guess")), encryptKey, now) },
    { what: "an event of another app", request: sign(plainRequest(encrypt(other, encryptKey)), encryptKey, now) },
  ];
}

/** The channel as the conformance suite has to know it, over each way in. */
export const conformances: readonly ChannelConformanceOptions<FeishuAccount>[] = (
  ["websocket", "webhook"] as const
).map((mode) => ({
  plugin: feishu,
  manifest: packageJson.loong,
  title: `over ${mode}`,
  harness: () => harness(mode),
}));
