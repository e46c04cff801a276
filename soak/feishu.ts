import { DEFAULT_APP, startFeishuEmulator } from "@loong/feishu/emulator";
import { ROOMS, type SoakPlatform } from "./platform.ts";

const SEND = "/open-apis/im/v1/messages/**";

/**
 * Feishu over the long connection: event faults, dropped links, refused and lost sends. No half-open links: the emulator never
 * gives one up, so that a run of half an hour would end with most deliveries going to the dead.
 */
export async function soakFeishu(): Promise<SoakPlatform> {
  const emulator = await startFeishuEmulator({
    strictRates: true,
    redeliveryDelaysMs: [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000],
  });
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
      const fault = dice.pick(["drop", "broken", "429", "503", "lost"] as const);
      if (fault === "drop") emulator.dropConnections();
      if (fault === "broken") emulator.dropConnections({ mode: "terminate" });
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
    // A key is shown once, whatever happens to the send.
    wasHit: () => false,
    // What is not acknowledged comes again.
    isLostOnWire: () => false,
    isLinked: () => emulator.connections().length > 0,
    close: () => emulator.close(),
  };
}
