import { DEFAULT_APP, startFeishuEmulator } from "@loong/feishu/emulator";
import { ROOMS, type SoakPlatform } from "./platform.ts";

const SEND = "/open-apis/im/v1/messages/**";

/** The platform tries for seven hours; here for as long as a run of trouble can keep the bot away. */
const REDELIVERY_DELAYS_MS = [1_000, 2_000, 4_000, 8_000, 16_000, ...Array.from({ length: 12 }, () => 30_000)];

/** Feishu over the long connection: event faults, dropped and half-open links, refused and lost sends. */
export async function soakFeishu(redeliveryDelaysMs: readonly number[] = REDELIVERY_DELAYS_MS): Promise<SoakPlatform> {
  const emulator = await startFeishuEmulator({ strictRates: true, redeliveryDelaysMs });
  const app = DEFAULT_APP.appId;
  const rooms = Array.from({ length: ROOMS }, (_, index) => {
    const person = `Person ${index}`;
    emulator.user(person);
    const isGroup = index % 2 === 0;
    return {
      person,
      isGroup,
      chat: isGroup ? emulator.group(`Group ${index}`, [person], [app]) : emulator.directChat(person, app),
    };
  });
  emulator.inject({ on: "event", action: "duplicate", probability: 0.05 });
  emulator.inject({ on: "event", action: "duplicate-new-id", probability: 0.05 });
  return {
    channel: "feishu",
    mostCopies: 1,
    env: { LARK_BASE_URL: emulator.url },
    config: `[channels.feishu]
appId = "${app}"
appSecret = "${DEFAULT_APP.appSecret}"
dmPolicy = "open"
allowFrom = ["*"]
groupPolicy = "open"
`,
    speak(text, dice) {
      const { chat, person, isGroup } = dice.pick(rooms);
      emulator.say(chat, person, text, isGroup ? { mentions: [app] } : {});
    },
    disturb(dice) {
      const fault = dice.pick(["drop", "broken", "half-open", "429", "503", "lost"] as const);
      if (fault === "drop") emulator.dropConnections();
      if (fault === "broken") emulator.dropConnections({ mode: "terminate" });
      if (fault === "half-open") emulator.dropConnections({ mode: "half-open" });
      if (fault === "429") emulator.inject({ path: SEND, times: 2, action: { rateLimitSeconds: 1 } });
      if (fault === "503") emulator.inject({ path: SEND, times: 2, action: { status: 503, body: {} } });
      if (fault === "lost") emulator.inject({ path: SEND, times: 1, action: "reset-after" });
      return fault;
    },
    calm: () => emulator.clearFaults(),
    answers: () =>
      rooms.flatMap(({ chat }) =>
        emulator
          .shows(chat)
          .filter(({ from }) => from.kind === "app")
          .map(({ text }) => text),
      ),
    watch: (listener) =>
      emulator.watch(({ kind, message }) => {
        if (kind === "posted" && message.from.kind === "app") listener();
      }),
    // A key is shown once, whatever happens to the send.
    hits: () => 0,
    // What is not acknowledged comes again.
    isLostOnWire: () => false,
    written: () => new Map(),
    isLinked: () => emulator.connections().length > 0,
    close: () => emulator.close(),
  };
}
