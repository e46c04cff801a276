/** Where the next poll begins. It is stored in the transaction that stores the updates before it. */
export interface Cursor {
  readonly botId: string;
  /** The id of the first update that is still wanted; 0: whatever Telegram has. */
  readonly offset: number;
  /** When the last update came, in milliseconds since 1970. */
  readonly atMs: number;
}

/**
 * After a week without updates Telegram goes on with ids chosen at random, which may be lower; it keeps updates for a day. A
 * little before that the old offset says nothing any more.
 *
 * @see https://core.telegram.org/bots/api#update (read 2026-08)
 */
const STALE_AFTER_MS = 6 * 24 * 60 * 60_000;
/** Updates delivered again lie just below the offset; ids that far below belong to a new sequence. */
const RESET_DISTANCE = 1_000;

/** The stored cursor, or a new one when it is another bot's, too old, or unreadable. */
export function readCursor(text: string | undefined, botId: string, nowMs: number): Cursor {
  const fresh = { botId, offset: 0, atMs: nowMs };
  const stored = parse(text);
  return stored === undefined || stored.botId !== botId ? fresh : expire(stored, nowMs);
}

export function writeCursor(cursor: Cursor): string {
  return JSON.stringify(cursor);
}

/** The same cursor, without its offset when that has become stale. */
export function expire(cursor: Cursor, nowMs: number): Cursor {
  return nowMs - cursor.atMs > STALE_AFTER_MS ? { ...cursor, offset: 0, atMs: nowMs } : cursor;
}

/** The cursor behind `updateIds`. It goes back only where a new sequence has begun. */
export function advance(cursor: Cursor, updateIds: readonly number[], nowMs: number): Cursor {
  const behind = Math.max(...updateIds) + 1;
  const isReset = behind < cursor.offset - RESET_DISTANCE;
  return { ...cursor, offset: isReset ? behind : Math.max(behind, cursor.offset), atMs: nowMs };
}

function parse(text: string | undefined): Cursor | undefined {
  if (text === undefined) return undefined;
  try {
    const value = JSON.parse(text) as Partial<Cursor> | null;
    const { botId, offset, atMs } = value ?? {};
    if (typeof botId !== "string" || !Number.isSafeInteger(offset) || !Number.isFinite(atMs)) return undefined;
    return { botId, offset: Number(offset), atMs: Number(atMs) };
  } catch {
    return undefined;
  }
}
