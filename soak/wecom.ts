import { DEFAULT_BOT, startWecomEmulator, type WecomEmulator } from "@loong/wecom/emulator";
import { ROOMS, type SoakPlatform, type Written } from "./platform.ts";

/** Enough to look back over half an hour. */
const KEEP = { frames: 500_000, callbacks: 100_000 };

/** WeCom over the AIBot connection: kicks, dropped links, lost and refused frames. */
export async function soakWecom(): Promise<SoakPlatform> {
  const emulator = await startWecomEmulator({ strictRates: true, keep: KEEP, ackDelayMs: { min: 20, max: 120 } });
  const bot = DEFAULT_BOT.botId;
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
  const said: string[] = [];
  const msgIds = new Map<string, string>();
  let kicks = 0;
  const isLinked = () => emulator.connections(bot).some(({ state }) => state === "subscribed");
  return {
    channel: "wecom",
    mostCopies: 2,
    env: { WECOM_WEBSOCKET_URL: emulator.websocketUrl },
    config: `[channels.wecom]
botId = "${bot}"
secret = "${DEFAULT_BOT.secret}"
pingIntervalS = 3
reconnectIntervalS = 1
dmPolicy = "open"
allowFrom = ["*"]
groupPolicy = "open"
`,
    speak(text, dice) {
      const { chat, person, isGroup } = dice.pick(rooms);
      const { msgId } = emulator.say(chat, person, text, isGroup ? { mentions: [bot] } : {});
      said.push(msgId);
      msgIds.set(text, msgId);
    },
    disturb(dice) {
      // Faults that wait for frames would all hit the first ones after a minute's pause.
      if (!isLinked()) return undefined;
      const fault = dice.pick(["drop", "reset", "kick", "busy", "lost", "again"] as const);
      if (fault === "drop") emulator.dropConnections();
      if (fault === "reset") emulator.dropConnections({ mode: "reset" });
      if (fault === "kick") {
        // The gateway looks again after a minute, in which nothing else can go wrong: once in a long while.
        if (++kicks % 5 !== 0) return undefined;
        emulator.kick(bot, { stays: false });
      }
      if (fault === "busy") emulator.inject({ cmd: "*", times: 2, action: { errcode: -1 } });
      if (fault === "lost") emulator.inject({ cmd: "*", times: 1, action: "close-after" });
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
    hits: (text) => countUnacknowledged(emulator.frames(), text),
    isLostOnWire: (text) => brokeAfter(emulator, msgIds.get(text) ?? ""),
    written() {
      const last = new Map(emulator.callbacks().map(({ msgId, deliveries }) => [msgId, lastWritten(deliveries)]));
      return new Map(
        [...msgIds].flatMap(([text, msgId]) => {
          const written = last.get(msgId);
          return written === undefined ? [] : [[text, written]];
        }),
      );
    },
    isLinked,
    close: () => emulator.close(),
  };
}

type Deliveries = ReturnType<WecomEmulator["callbacks"]>[number]["deliveries"];

function lastWritten(deliveries: Deliveries): Written | undefined {
  const last = deliveries.findLast(({ outcome }) => outcome === "delivered");
  return last && { atMs: last.atMs, connection: last.connectionId ?? "" };
}

interface Frame {
  readonly headers?: { readonly req_id?: string };
  readonly errcode?: number;
}

/** Frames of the bot that carried `text` and were never acknowledged on their connection. */
function countUnacknowledged(frames: ReturnType<WecomEmulator["frames"]>, text: string): number {
  const unacknowledged = frames.filter((sent, index) => {
    if (sent.direction !== "in" || !JSON.stringify(sent.frame).includes(text)) return false;
    const reqId = (sent.frame as Frame).headers?.req_id;
    return !frames.slice(index + 1).some(({ connectionId, direction, frame }) => {
      const { headers, errcode } = frame as Frame;
      return direction === "out" && connectionId === sent.connectionId && headers?.req_id === reqId && errcode === 0;
    });
  });
  return unacknowledged.length;
}

/** The last frame of a connection that ended is no more than this after what was lost in it. */
const IN_FLIGHT_MS = 2_000;

/** Every connection that was given this message ended right after. */
function brokeAfter(emulator: WecomEmulator, msgId: string): boolean {
  const alive = new Set(emulator.connections().map(({ id }) => id));
  const callback = emulator.callbacks().find((one) => one.msgId === msgId);
  const frames = emulator.frames();
  const written = callback?.deliveries.filter(({ outcome }) => outcome === "delivered") ?? [];
  const isLost = ({ connectionId = "", atMs }: (typeof written)[number]) => {
    const last = frames.findLast((frame) => frame.connectionId === connectionId);
    return !alive.has(connectionId) && (last === undefined || last.atMs - atMs <= IN_FLIGHT_MS);
  };
  return written.length > 0 && written.every(isLost);
}
