import type { EmulatorClock } from "@loong/emulator-kit";
import type { Bot } from "../state/bots.ts";
import type { Chat } from "../state/rooms.ts";
import { refuse, type Answer } from "../wire/answer.ts";

/** How often something may be done. Each call counts it once, or refuses it. */
export interface Rates {
  /** 30 a minute and 1000 an hour in one conversation, replies and pushes together. */
  message(chat: Chat): Answer | undefined;
  /** 30 a minute and 1000 an hour for one bot. */
  upload(bot: Bot): Answer | undefined;
  subscription(bot: Bot): Answer | undefined;
}

interface Limit {
  readonly count: number;
  readonly windowMs: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** @see https://developer.work.weixin.qq.com/document/path/101463 (limits; copy of 2026-05-25) */
const STRICT: readonly Limit[] = [
  { count: 30, windowMs: MINUTE_MS },
  { count: 1000, windowMs: HOUR_MS },
];

export function createRates(clock: EmulatorClock, strict: boolean, subscribesPerMinute: number): Rates {
  const times = new Map<object, Map<string, number[]>>();

  /** Counts one more under `what`, or says that a limit is reached. */
  function exceeds(who: object, what: string, limits: readonly Limit[]): boolean {
    const nowMs = clock.now();
    const ofWho = times.get(who) ?? new Map<string, number[]>();
    const recent = (ofWho.get(what) ?? []).filter((atMs) => nowMs - atMs < HOUR_MS);
    times.set(who, ofWho.set(what, recent));
    const isFull = ({ count, windowMs }: Limit): boolean =>
      recent.filter((atMs) => nowMs - atMs < windowMs).length >= count;
    if (limits.some(isFull)) return true;
    recent.push(nowMs);
    return false;
  }

  return {
    message: (chat) => (strict && exceeds(chat, "message", STRICT) ? refuse(846607) : undefined),
    upload: (bot) => (strict && exceeds(bot, "upload", STRICT) ? refuse(45009) : undefined),
    subscription(bot) {
      if (subscribesPerMinute === Number.POSITIVE_INFINITY) return undefined;
      const limit = { count: subscribesPerMinute, windowMs: MINUTE_MS };
      return exceeds(bot, "subscription", [limit]) ? refuse(45009) : undefined;
    },
  };
}
