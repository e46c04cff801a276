import { DEFAULT_BOT, startTelegramEmulator } from "@loong/telegram/emulator";
import { ROOMS, type SoakPlatform } from "./platform.ts";

/** Whose last poll was answered with updates, or with none, not longer ago than this, listens. */
const POLLED_WITHIN_MS = 15_000;

/** An answer and its second attempt are under way for no longer than this. */
const UNDER_WAY_MS = 60_000;

/** Telegram over long polling: cut and conflicting polls, refused and lost sends, updates that come twice. */
export async function soakTelegram(): Promise<SoakPlatform> {
  const emulator = await startTelegramEmulator({ strictRates: true, keep: { requests: 200_000, updates: 100_000 } });
  const bot = DEFAULT_BOT.username;
  const rooms = Array.from({ length: ROOMS }, (_, index) => {
    const person = `Person ${index}`;
    emulator.user(person);
    const isGroup = index % 2 === 0;
    return {
      person,
      isGroup,
      chat: isGroup ? emulator.group(`Group ${index}`, [person], [bot]) : emulator.directChat(person, bot),
    };
  });
  const said: number[] = [];
  const saidAtMs = new Map<string, number>();
  const droppedAtMs: number[] = [];
  /** A connection that breaks may swallow a call unread, of which nothing is logged here. */
  const dropsSince = (atMs: number) => droppedAtMs.filter((each) => each >= atMs && each <= atMs + UNDER_WAY_MS).length;
  return {
    channel: "telegram",
    mostCopies: 2,
    env: { TELEGRAM_API_BASE_URL: emulator.url },
    config: `[channels.telegram]
botToken = "${DEFAULT_BOT.token}"
pollingTimeoutS = 5
dmPolicy = "open"
allowFrom = ["*"]
groupPolicy = "open"
`,
    speak(text, dice) {
      const { chat, person, isGroup } = dice.pick(rooms);
      said.push(emulator.say(chat, person, text, isGroup ? { mentions: [bot] } : {}).updateId);
      saidAtMs.set(text, Date.now());
    },
    disturb(dice) {
      const fault = dice.pick(["drop", "409", "429", "502", "lost", "again"] as const);
      if (fault === "drop") {
        emulator.dropConnections({ mode: "reset" });
        droppedAtMs.push(Date.now());
      }
      if (fault === "409") emulator.secondPoller(bot);
      if (fault === "429") emulator.inject({ path: "sendMessage", times: 2, action: { retryAfterSeconds: 1 } });
      if (fault === "502") emulator.inject({ path: "*", times: 2, action: "html" });
      if (fault === "lost") emulator.inject({ path: "sendMessage", times: 1, action: "reset-after" });
      if (fault === "again" && said.length > 0) emulator.redeliver(dice.pick(said.slice(-20)));
      return fault;
    },
    calm: () => emulator.clearFaults(),
    answers: () =>
      rooms.flatMap(({ chat }) =>
        emulator
          .shows(chat)
          .filter(({ from }) => from.kind === "bot")
          .map(({ text }) => text),
      ),
    watch: (listener) =>
      emulator.watch(({ kind, message }) => {
        if (kind === "posted" && message.from.kind === "bot") listener();
      }),
    hits: (text) =>
      emulator.requests().filter(({ fault, params }) => fault !== undefined && params["text"] === text).length +
      dropsSince(saidAtMs.get(text) ?? 0),
    // What is not confirmed comes again.
    isLostOnWire: () => false,
    written: () => new Map(),
    isLinked: () => {
      const last = emulator
        .requests()
        .findLast(({ method, status }) => method === "getUpdates" && status !== undefined);
      return last?.status === 200 && Date.now() - last.atMs < POLLED_WITHIN_MS;
    },
    close: () => emulator.close(),
  };
}
