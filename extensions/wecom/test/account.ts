import { mkdirSync } from "node:fs";
import type { Acceptance, Channel, Inbound, InboundEvent, LinkState } from "@loong/sdk";
import { createTestHost, eventually, type LogLine } from "@loong/testkit";
import type { WecomAccount } from "@loong/wecom";
import { DEFAULT_BOT, type EmulatorOptions, type WecomEmulator, startWecomEmulator } from "@loong/wecom/emulator";
import { TIMING, type Timing } from "../src/link/timing.ts";
import { openChannel } from "../src/open.ts";

/** A channel on a platform of its own, with all that it says and gets. */
export interface Stage {
  readonly emulator: WecomEmulator;
  readonly channel: Channel;
  readonly log: readonly LogLine[];
  readonly directory: string;
  open(changes?: Partial<WecomAccount>): Channel;
  /** Both the platform's clock and the channel's go on. */
  advance(ms: number): void;
  close(): Promise<void>;
}

export const { botId } = DEFAULT_BOT;
const { secret } = DEFAULT_BOT;

/** As in production, but nobody waits for a connection to hang up. */
const PATIENCE: Timing = { ...TIMING, lingerMs: 200 };

export interface SetUp {
  readonly emulator?: EmulatorOptions;
  readonly account?: Partial<WecomAccount>;
  readonly timing?: Partial<Timing>;
}

/** For tests in which an acknowledgement never comes, or later than this. */
export const IMPATIENT: SetUp = { timing: { ackMs: 1_000 } };

export async function setUp(options: SetUp = {}): Promise<Stage> {
  const emulator = await startWecomEmulator(options.emulator);
  let shiftMs = 0;
  const host = createTestHost({ clock: { now: () => Date.now() + shiftMs } });
  mkdirSync(host.dataDir);
  const account: WecomAccount = {
    botId,
    secret,
    websocketUrl: emulator.websocketUrl,
    pingIntervalS: 30,
    reconnectIntervalS: 1,
    feedback: false,
    ...options.account,
  };
  const channels: Channel[] = [];
  const open = (more: Partial<WecomAccount> = {}) => {
    const channel = openChannel({ ...account, ...more }, host, { ...PATIENCE, ...options.timing });
    channels.push(channel);
    return channel;
  };
  return {
    emulator,
    channel: open(),
    log: host.lines,
    directory: host.dataDir,
    open,
    advance(ms) {
      shiftMs += ms;
      emulator.advance(ms);
    },
    async close() {
      await Promise.all(channels.map((channel) => channel.close()));
      await emulator.close();
      host.close();
    },
  };
}

/** Stands for the gateway: stores once by both ids, and fails while told to. */
export interface Recorder extends Inbound {
  readonly events: InboundEvent[];
  readonly accepted: Acceptance[];
  readonly states: LinkState[];
  failing: boolean;
}

export function recorder(): Recorder {
  const known = new Set<string>();
  const self: Recorder = {
    events: [],
    accepted: [],
    states: [],
    failing: false,
    async accept(events) {
      if (self.failing) throw new Error("disk full");
      const results = events.map((event): Acceptance => {
        const isNew = !known.has(event.eventId) && !known.has(event.messageId);
        known.add(event.eventId).add(event.messageId);
        if (isNew) self.events.push(event);
        return isNew ? "stored" : "duplicate";
      });
      self.accepted.push(...results);
      return results;
    },
    cursor: async () => undefined,
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

/** Serves, and waits until it stands. */
export async function connected(channel: Channel) {
  const inbound = recorder();
  const link = serving(channel, inbound);
  await until(() => inbound.states.at(-1)?.state === "connected", "connected");
  return { inbound, ...link };
}

export const until = (isSo: () => boolean, what: string, timeoutMs = 10_000): Promise<boolean> =>
  eventually(what, isSo, timeoutMs);

export const never: AbortSignal = new AbortController().signal;

let keys = 0;
export const newKey = () => `testkey${process.pid}n${++keys}`;
