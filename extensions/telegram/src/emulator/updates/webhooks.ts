import type { EmulatorClock, EmulatorTimer } from "@loong/emulator-kit";
import type { Bot } from "../state/actors.ts";
import { updateView, type QueuedUpdate, type UpdateQueue } from "./queue.ts";
import type { PushResult, WebhookClient } from "./webhook-request.ts";

export interface WebhookSettings {
  readonly url: string;
  readonly secretToken: string;
  readonly maxConnections: number;
  readonly ipAddress: string;
  readonly hasCertificate: boolean;
}

interface WebhookState extends WebhookSettings {
  readonly lastError: { readonly atMs: number; readonly message: string } | undefined;
}

/** Pushes updates: in order within a lane, lanes side by side, again and again until they are taken or too old. */
export interface Webhooks {
  set(bot: Bot, settings: WebhookSettings | undefined): void;
  get(bot: Bot): WebhookState | undefined;
  /** There may be something to push. */
  wake(bot: Bot): void;
  close(): void;
}

interface Lane {
  busy: boolean;
  fails: number;
  delayMs: number;
  dueAtMs: number;
}

interface Hook {
  readonly settings: WebhookSettings;
  readonly lanes: Map<string, Lane>;
  inFlight: number;
  timer: EmulatorTimer | undefined;
  lastError: WebhookState["lastError"];
  /** When the first 410 of an unbroken row came. */
  goneSinceMs: number | undefined;
}

export interface WebhookPorts {
  readonly clock: EmulatorClock;
  readonly client: WebhookClient;
  readonly timeoutMs: number;
  readonly random: () => number;
  readonly queueOf: (bot: Bot) => UpdateQueue;
  /** Carries out a method that came in the answer to an update. */
  readonly execute: (bot: Bot, result: PushResult) => Promise<void>;
}

const FIRST_DELAY_MS = 1000;
const MAX_DELAY_MS = 60_000;
const MAX_RETRY_AFTER_SECONDS = 3600;
const GONE_FOR_GOOD_MS = 23 * 3600 * 1000;

/** @see `tdlib/telegram-bot-api` WebhookActor.cpp, `send_update`, `on_update_error`, `handle` (10.0) */
export function createWebhooks(ports: WebhookPorts): Webhooks {
  const { clock } = ports;
  const hooks = new Map<Bot, Hook>();

  function wake(bot: Bot): void {
    const hook = hooks.get(bot);
    if (hook === undefined) return;
    hook.timer?.cancel();
    hook.timer = undefined;
    const seen = new Set<string>();
    let nextMs = Number.POSITIVE_INFINITY;
    for (const update of ports.queueOf(bot).pending()) {
      if (hook.inFlight >= hook.settings.maxConnections) return;
      if (seen.has(update.lane)) continue;
      seen.add(update.lane);
      const lane = laneOf(hook, update.lane);
      if (lane.busy) continue;
      if (lane.dueAtMs <= clock.now()) void push(bot, hook, lane, update);
      else nextMs = Math.min(nextMs, lane.dueAtMs);
    }
    if (nextMs < Number.POSITIVE_INFINITY) hook.timer = clock.setTimer(nextMs - clock.now(), () => wake(bot));
  }

  async function push(bot: Bot, hook: Hook, lane: Lane, update: QueuedUpdate): Promise<void> {
    const { url, secretToken } = hook.settings;
    lane.busy = true;
    hook.inFlight += 1;
    const body = JSON.stringify(updateView(update));
    const result = await ports.client.push({ url, secretToken, body, timeoutMs: ports.timeoutMs });
    lane.busy = false;
    hook.inFlight -= 1;
    if (hooks.get(bot) !== hook) return;
    if (isTaken(result)) await taken(bot, hook, update, result);
    else failed(bot, hook, lane, result);
    wake(bot);
  }

  async function taken(bot: Bot, hook: Hook, update: QueuedUpdate, result: PushResult): Promise<void> {
    hook.goneSinceMs = undefined;
    hook.lanes.delete(update.lane);
    ports.queueOf(bot).confirm(update);
    await ports.execute(bot, result);
  }

  function failed(bot: Bot, hook: Hook, lane: Lane, result: PushResult): void {
    const { status, reason = "", error = `Wrong response from the webhook: ${status ?? 0} ${reason}` } = result;
    hook.lastError = { atMs: clock.now(), message: error };
    lane.dueAtMs = clock.now() + nextDelayMs(lane, result.retryAfterSeconds ?? 0, ports.random);
    lane.fails += 1;
    if (status !== 410) hook.goneSinceMs = undefined;
    else if (hook.goneSinceMs === undefined) hook.goneSinceMs = clock.now();
    else if (clock.now() > hook.goneSinceMs + GONE_FOR_GOOD_MS) set(bot, undefined);
  }

  function set(bot: Bot, settings: WebhookSettings | undefined): void {
    hooks.get(bot)?.timer?.cancel();
    hooks.delete(bot);
    if (settings === undefined) return;
    const lanes = new Map<string, Lane>();
    hooks.set(bot, { settings, lanes, inFlight: 0, timer: undefined, lastError: undefined, goneSinceMs: undefined });
    wake(bot);
  }

  return {
    set,
    get(bot) {
      const hook = hooks.get(bot);
      return hook === undefined ? undefined : { ...hook.settings, lastError: hook.lastError };
    },
    wake,
    close() {
      for (const bot of hooks.keys()) set(bot, undefined);
      ports.client.close();
    },
  };
}

function laneOf(hook: Hook, name: string): Lane {
  const known = hook.lanes.get(name);
  if (known !== undefined) return known;
  const lane = { busy: false, fails: 0, delayMs: FIRST_DELAY_MS, dueAtMs: 0 };
  hook.lanes.set(name, lane);
  return lane;
}

/** At once the first time, then twice as long each time up to a random cap; the receiver's own wish goes first. */
function nextDelayMs(lane: Lane, retryAfterSeconds: number, random: () => number): number {
  if (retryAfterSeconds > 0) return Math.min(retryAfterSeconds, MAX_RETRY_AFTER_SECONDS) * 1000;
  if (lane.fails === 0) return 0;
  lane.delayMs = Math.min(lane.delayMs * 2, MAX_DELAY_MS * (1 + random()));
  return lane.delayMs;
}

function isTaken({ status = 0 }: PushResult): boolean {
  return status >= 200 && status <= 299;
}
