import { mkdirSync } from "node:fs";
import type { Acceptance, Channel, Inbound, InboundEvent, LinkState } from "@loong/sdk";
import { createTestHost, eventually, type LogLine } from "@loong/testkit";
import feishu, { type FeishuAccount } from "@loong/feishu";
import { DEFAULT_APP, type EmulatorOptions, type FeishuEmulator, startFeishuEmulator } from "@loong/feishu/emulator";

/** A channel on a platform of its own, with all that it says and gets. */
export interface Stage {
  readonly emulator: FeishuEmulator;
  readonly account: FeishuAccount;
  readonly channel: Channel;
  readonly log: readonly LogLine[];
  readonly directory: string;
  open(changes?: Partial<FeishuAccount>): Channel;
  close(): Promise<void>;
}

export const appId = DEFAULT_APP.appId;
export const appSecret = DEFAULT_APP.appSecret;

export async function setUp(options: EmulatorOptions = {}, changes: Partial<FeishuAccount> = {}): Promise<Stage> {
  const emulator = await startFeishuEmulator(options);
  const host = createTestHost();
  mkdirSync(host.dataDir);
  const account: FeishuAccount = {
    appId,
    appSecret,
    domain: "feishu",
    baseUrl: emulator.url,
    mode: "websocket",
    webhookPath: "/lark/webhook",
    receiveIdType: "chat_id",
    ackReactions: true,
    renderMode: "auto",
    ...changes,
  };
  const channels: Channel[] = [];
  const open = (more: Partial<FeishuAccount> = {}) => {
    const channel = feishu.open({ ...account, ...more }, host);
    channels.push(channel);
    return channel;
  };
  return {
    emulator,
    account,
    channel: open(),
    log: host.lines,
    directory: host.dataDir,
    open,
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
  delayMs: number;
}

export function recorder(): Recorder {
  const known = new Set<string>();
  const self: Recorder = {
    events: [],
    accepted: [],
    states: [],
    failing: false,
    delayMs: 0,
    async accept(events) {
      if (self.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, self.delayMs));
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

export const until = (isSo: () => boolean, what: string, timeoutMs = 10_000): Promise<boolean> =>
  eventually(what, isSo, timeoutMs);

export const never: AbortSignal = new AbortController().signal;

let keys = 0;
export const newKey = () => `testkey${process.pid}n${++keys}`;
