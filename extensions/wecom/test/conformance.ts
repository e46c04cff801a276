import wecom, { type WecomAccount } from "@loong/wecom";
import { DEFAULT_BOT, type WecomEmulator, startWecomEmulator } from "@loong/wecom/emulator";
import type { ChannelConformanceOptions, ChannelHarness, SendFault } from "@loong/testkit";
import packageJson from "../package.json" with { type: "json" };

const { botId, secret, name } = DEFAULT_BOT;

async function harness(): Promise<ChannelHarness<WecomAccount>> {
  const emulator = await startWecomEmulator();
  const ann = emulator.user("Ann");
  const direct = emulator.directChat(ann, botId, { spoken: true });
  const group = emulator.group("ops", [ann], [botId], { spoken: true });
  const account: WecomAccount = {
    botId,
    secret,
    websocketUrl: emulator.websocketUrl,
    pingIntervalS: 30,
    reconnectIntervalS: 1,
    feedback: false,
  };
  return {
    account,
    wrongAccount: { ...account, secret: "another-secret-entirely" },
    target: direct.chatId,
    wrongTarget: "nobody-of-this-company",
    platform: {
      sentMessages: () => [direct, group].flatMap((chat) => botMessages(emulator, chat.chatId)),
      say(text, { in: where = "direct", mention = false, as = "person" } = {}) {
        const chat = where === "direct" ? direct : group;
        const options = mention ? { mentions: [botId] } : {};
        const { msgId } = as === "person" ? emulator.say(chat, ann, text, options) : sayAsBot(emulator, text);
        return { messageId: msgId, conversationId: chat.chatId, senderId: ann.userId, acknowledged: () => true };
      },
      redeliver: ({ messageId }) => void emulator.redeliver(messageId),
      failNext: (fault) => failNext(emulator, fault),
    },
    close: () => emulator.close(),
  };
}

/** The platform does not hand a bot its own words; should it ever, they carry the bot's id. */
function sayAsBot(emulator: WecomEmulator, text: string): { msgId: string } {
  const msgId = `own-${text}`;
  const body = { msgid: msgId, aibotid: botId, chattype: "single", from: { userid: botId }, msgtype: "text" };
  emulator.emit(botId, "aibot_msg_callback", { ...body, text: { content: text } });
  return { msgId };
}

/** The platform gives a bot's messages no id: a reply is known by its stream, any other by the frame it came in. */
function botMessages(emulator: WecomEmulator, conversationId: string) {
  const pushes = emulator.frames().flatMap(({ frame, direction }) => (direction === "in" ? [frame as PushFrame] : []));
  return emulator
    .shows(conversationId)
    .filter(({ from }) => from.kind === "bot" && from.name === name)
    .map(({ text, stream, messageId }) => {
      const push = pushes.findLast(({ body }) => body?.chatid === conversationId && body.markdown?.content === text);
      const id = stream?.id ?? push?.headers.req_id ?? messageId;
      return { messageId: id, conversationId, text, isUnfinished: stream?.finished === false };
    });
}

interface PushFrame {
  readonly headers: { readonly req_id: string };
  readonly body?: { readonly chatid?: string; readonly markdown?: { readonly content: string } };
}

function failNext(emulator: WecomEmulator, fault: SendFault): void {
  const scope = { cmd: "aibot_send_msg", times: 1 };
  switch (fault) {
    case "rate-limited":
      return void emulator.inject({ ...scope, action: { errcode: 846607 } });
    case "server-error":
      return void emulator.inject({ ...scope, action: { errcode: -1, errmsg: "system busy" } });
    case "response-lost":
      return void emulator.inject({ ...scope, action: "close-after" });
  }
}

/** The channel as the conformance suite has to know it. */
export const conformances: readonly ChannelConformanceOptions<WecomAccount>[] = [
  {
    plugin: wecom,
    manifest: packageJson.loong,
    harness,
    skips: {
      "serve-acknowledges": "the platform knows no acknowledgement of what it hands over",
      "serve-refused":
        "the platform knows no acknowledgement; what cannot be stored is kept and tried again (test/serve.e2e.test.ts)",
    },
  },
];
