import type { EmulatorClock } from "@loong/emulator-kit";
import type { Bot } from "../state/actors.ts";
import type { Chat } from "../state/chat.ts";
import { tooManyRequests } from "./refusal.ts";

export interface Rates {
  /** Counts one send or edit. @throws Refusal 429 */
  spend(bot: Bot, chat: Chat): void;
}

/** So many in a window of time. */
interface Limit {
  readonly most: number;
  readonly windowMs: number;
}

/**
 * The exact limits are secret; these follow the documented ones, with the short bursts they leave room for.
 * @see https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this (read 2026-11)
 */
const OVERALL: Limit = { most: 30, windowMs: 1000 };
const PER_CHAT: Limit = { most: 3, windowMs: 3000 };
const PER_GROUP: Limit = { most: 20, windowMs: 60_000 };

export function createRates(clock: EmulatorClock, strict: boolean): Rates {
  const spent = new Map<string, number[]>();

  function waitMs(key: string, { most, windowMs }: Limit): number {
    const now = clock.now();
    const recent = (spent.get(key) ?? []).filter((atMs) => atMs > now - windowMs);
    spent.set(key, recent);
    return recent.length < most ? 0 : (recent[0] ?? now) + windowMs - now;
  }

  return {
    spend(bot, chat) {
      if (!strict) return;
      const keys: [string, Limit][] = [
        [`${bot.id}`, OVERALL],
        [`${bot.id}:${chat.id}`, PER_CHAT],
        ...(chat.type === "private" ? [] : [[`${bot.id}:${chat.id}:minute`, PER_GROUP] as [string, Limit]]),
      ];
      const longestMs = Math.max(...keys.map(([key, limit]) => waitMs(key, limit)));
      if (longestMs > 0) throw tooManyRequests(Math.ceil(longestMs / 1000));
      for (const [key] of keys) spent.get(key)?.push(clock.now());
    },
  };
}
