import { mkdirSync } from "node:fs";
import type { Acceptance, Channel, Inbound, InboundEvent, LinkState } from "@loong/sdk";
import { createTestHost, eventually, type LogLine } from "@loong/testkit";
import telegram, { type TelegramAccount } from "@loong/telegram";
import {
  DEFAULT_BOT,
  type EmulatorOptions,
  type ShownMessage,
  type TelegramEmulator,
  startTelegramEmulator,
} from "@loong/telegram/emulator";

/** A channel on a platform of its own, with all that it says and gets. */
export interface Stage {
  readonly emulator: TelegramEmulator;
  readonly account: TelegramAccount;
  readonly channel: Channel;
  readonly log: readonly LogLine[];
  readonly directory: string;
  readonly clock: { nowMs: number | undefined };
  open(changes?: Partial<TelegramAccount>): Channel;
  close(): Promise<void>;
}

export const botToken = DEFAULT_BOT.token;
export const botId = 123456;

export const defaults: TelegramAccount = {
  botToken,
  mode: "polling",
  pollingTimeoutS: 30,
  webhookPath: "/telegram/webhook",
  commandsMenu: false,
  linkPreviews: true,
};

export async function setUp(options: EmulatorOptions = {}, changes: Partial<TelegramAccount> = {}): Promise<Stage> {
  const emulator = await startTelegramEmulator(options);
  const clock: Stage["clock"] = { nowMs: undefined };
  const host = createTestHost({ clock: { now: () => clock.nowMs ?? Date.now() } });
  mkdirSync(host.dataDir);
  const account: TelegramAccount = { ...defaults, baseUrl: emulator.url, ...changes };
  const channels: Channel[] = [];
  const open = (more: Partial<TelegramAccount> = {}) => {
    const channel = telegram.open({ ...account, ...more }, host);
    channels.push(channel);
    return channel;
  };
  return {
    emulator,
    account,
    channel: open(),
    log: host.lines,
    directory: host.dataDir,
    clock,
    open,
    async close() {
      await Promise.all(channels.map((channel) => channel.close()));
      await emulator.close();
      host.close();
    },
  };
}

/** Stands for the gateway: stores once by both ids, keeps the cursor with the events, and fails while told to. */
export interface Recorder extends Inbound {
  readonly events: InboundEvent[];
  readonly accepted: Acceptance[];
  readonly states: LinkState[];
  failing: boolean;
  stored: string | undefined;
  /** Called once a batch is stored, before the channel knows. */
  afterStore: (() => Promise<void>) | undefined;
}

export function recorder(): Recorder {
  const known = new Set<string>();
  const self: Recorder = {
    events: [],
    accepted: [],
    states: [],
    failing: false,
    stored: undefined,
    afterStore: undefined,
    async accept(events, cursor) {
      if (self.failing) throw new Error("disk full");
      const results = events.map((event): Acceptance => {
        const isNew = !known.has(event.eventId) && !known.has(event.messageId);
        known.add(event.eventId).add(event.messageId);
        if (isNew) self.events.push(event);
        return isNew ? "stored" : "duplicate";
      });
      self.accepted.push(...results);
      self.stored = cursor ?? self.stored;
      await self.afterStore?.();
      return results;
    },
    cursor: async () => self.stored,
    report: (state) => void self.states.push(state),
  };
  return self;
}

/** Serves until `stop`; `ended` tells how it came out. */
export function serving(channel: Channel, inbound: Inbound) {
  const controller = new AbortController();
  const ended = channel.serve!(inbound, controller.signal).then(
    () => "stopped",
    (error: unknown) => error,
  );
  return {
    ended,
    stop() {
      controller.abort();
      return ended;
    },
  };
}

export const until = (isSo: () => boolean, what: string, timeoutMs = 30_000): Promise<boolean> =>
  eventually(what, isSo, timeoutMs);

export const connected = (inbound: Recorder) => until(() => inbound.states.at(-1)?.state === "connected", "connected");

/** What the bot has said and people can see. */
export function botMessages(
  emulator: TelegramEmulator,
  chat: Parameters<TelegramEmulator["shows"]>[0],
): ShownMessage[] {
  return emulator.shows(chat).filter(({ from, deleted }) => from.kind === "bot" && !deleted);
}

export const never: AbortSignal = new AbortController().signal;

let keys = 0;
export const newKey = () => `testkey${process.pid}n${++keys}`;
