import { type LoongError, isLoongError } from "@loong/sdk";
import { wecomErrors } from "../errors.ts";
import { createRecent } from "../recent.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** The platform takes 30 in a minute and 1,000 in an hour; previews leave the rest to answers. */
const PREVIEWS_PER_MINUTE = 25;
const PREVIEWS_PER_HOUR = 900;
/** So many in an hour do not reach a limit. */
const FEW = 5;
const REMEMBERED_CHATS = 5_000;

/**
 * Counts what one bot puts into each chat: frames of a streamed answer count like messages.
 *
 * @see https://developer.work.weixin.qq.com/document/path/101463 (limits per conversation; read 2026-05)
 */
export interface Pace {
  /** A frame that shows something was taken. */
  count(chatId: string): void;
  /** Whether a frame may be spent on a preview. */
  allowsPreview(chatId: string): boolean;
  /**
   * What a rate limit means here: a wait until the next minute; or, where nobody is known to have spoken, hardly anything
   * was sent and a wait did not help, that nobody has written to the bot: the platform says that with the same number.
   */
  refused(chatId: string, isKnown: boolean, error: LoongError): LoongError;
}

interface Tally {
  minute: Span;
  hour: Span;
  /** No previews before this. */
  pausedUntilMs: number;
  /** When a rate limit first came that our own sends do not explain. */
  puzzledSinceMs?: number;
}

interface Span {
  readonly startMs: number;
  count: number;
}

export function createPace(now: () => number): Pace {
  const tallies = createRecent<Tally>(REMEMBERED_CHATS);

  function tallyOf(chatId: string): Tally {
    const nowMs = now();
    const tally = tallies.get(chatId) ?? { minute: spanAt(nowMs), hour: spanAt(nowMs), pausedUntilMs: 0 };
    if (nowMs - tally.minute.startMs >= MINUTE_MS) tally.minute = spanAt(nowMs);
    if (nowMs - tally.hour.startMs >= HOUR_MS) tally.hour = spanAt(nowMs);
    tallies.set(chatId, tally);
    return tally;
  }

  return {
    count(chatId) {
      const tally = tallyOf(chatId);
      tally.minute.count += 1;
      tally.hour.count += 1;
      delete tally.puzzledSinceMs;
    },
    allowsPreview(chatId) {
      const { minute, hour, pausedUntilMs } = tallyOf(chatId);
      return minute.count < PREVIEWS_PER_MINUTE && hour.count < PREVIEWS_PER_HOUR && now() >= pausedUntilMs;
    },
    refused(chatId, isKnown, error) {
      const tally = tallyOf(chatId);
      const nowMs = now();
      const retryAfterMs = untilNextMinute(nowMs);
      tally.pausedUntilMs = nowMs + retryAfterMs;
      if (!isKnown && tally.hour.count <= FEW) {
        if (nowMs - (tally.puzzledSinceMs ?? nowMs) >= MINUTE_MS / 2) return neverSpoken(error);
        tally.puzzledSinceMs ??= nowMs;
      }
      return wecomErrors.WECOM_RATE_LIMITED([846607, "messages of this chat"], { retryAfterMs, cause: error });
    },
  };
}

export function isRateLimit(error: unknown): error is LoongError {
  return isLoongError(error) && error.code === "WECOM_RATE_LIMITED";
}

function spanAt(startMs: number): Span {
  return { startMs, count: 0 };
}

function untilNextMinute(nowMs: number): number {
  return MINUTE_MS - (nowMs % MINUTE_MS) + 1_000;
}

function neverSpoken(cause: LoongError): LoongError {
  return wecomErrors.WECOM_NEVER_SPOKEN([846607, "also after a wait"], { cause });
}
