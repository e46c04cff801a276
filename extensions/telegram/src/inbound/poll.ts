import { type Inbound, type Logger, isLoongError } from "@loong/sdk";
import type { Update } from "grammy/types";
import type { TelegramApi } from "../api/client.ts";
import { telegramErrors } from "../errors.ts";
import { type Cursor, advance, expire, readCursor, writeCursor } from "./cursor.ts";
import type { Pause } from "./pause.ts";
import type { Receiver } from "./receive.ts";
import { UPDATE_KINDS } from "./update-kinds.ts";

/** A server that answers empty polls at once must not be asked without end. */
const MIN_INTERVAL_MS = 50;
/** A poll that is not answered so long after it should be is dead, whatever the socket says. */
const STALLED_AFTER_S = 10;
const CONFLICT_WAITS_MS = [5_000, 10_000, 20_000, 40_000] as const;
const STORE_WAITS_MS = [500, 1_000, 2_000, 5_000] as const;

export interface PollParts {
  readonly api: TelegramApi;
  readonly log: Logger;
  readonly receiver: Receiver;
  readonly botId: string;
  readonly timeoutS: number;
  readonly pause: Pause;
  now(): number;
}

export interface Poller {
  /**
   * Polls until `signal` aborts, then resolves; the last updates stay unconfirmed and the cursor knows them.
   *
   * Conflicts are waited out here, since a poll of the process before this one may hang for a minute; one that stays, and
   * everything else that breaks, rejects, and the supervisor comes back with its own backoff.
   */
  poll(inbound: Inbound, signal: AbortSignal): Promise<void>;
}

/** What one call of `poll` knows. */
interface Run {
  readonly inbound: Inbound;
  readonly signal: AbortSignal;
  /** A poll was answered. */
  proven: boolean;
  webhookRemoved: boolean;
  /** Batches in a row that could not be stored. */
  refusals: number;
}

/**
 * One poll under way, its updates stored, and only then the next one, whose offset confirms them.
 *
 * @see https://core.telegram.org/bots/api#getupdates (read 2026-08)
 */
export function createPoller({ api, log, receiver, botId, timeoutS, pause, now }: PollParts): Poller {
  /** In a row, also over several calls of `poll`: a second owner is not thrown out again and again. */
  let conflicts = 0;

  /** @param holdS - How long Telegram may wait for something new. */
  async function ask({ offset }: Cursor, holdS: number, signal: AbortSignal): Promise<Update[]> {
    const limitMs = (holdS + STALLED_AFTER_S) * 1_000;
    const payload = { timeout: holdS, allowed_updates: UPDATE_KINDS, ...(offset > 0 ? { offset } : {}) };
    const startedMs = performance.now();
    const passedMs = () => performance.now() - startedMs;
    try {
      const updates = await api.call(({ raw, signal: limited }) => raw.getUpdates(payload, limited), signal, limitMs);
      if (updates.length === 0) await pause(MIN_INTERVAL_MS - passedMs(), signal);
      return updates;
    } catch (error) {
      if (signal.aborted || passedMs() < limitMs) throw error;
      throw telegramErrors.TELEGRAM_POLL_STALLED([limitMs / 1_000]);
    }
  }

  /** Mends what can be mended here, or rejects with `error`. */
  async function recover(error: unknown, run: Run): Promise<void> {
    if (run.signal.aborted) return;
    const code = isLoongError(error) ? error.code : "";
    if (code === "TELEGRAM_WEBHOOK_ACTIVE" && !run.webhookRemoved) return removeWebhook(run);
    const waitMs = CONFLICT_WAITS_MS[conflicts];
    if (code !== "TELEGRAM_CONFLICT" || waitMs === undefined) throw error;
    conflicts += 1;
    run.inbound.report({ state: "disconnected", ...reasonOf(error), retryInMs: waitMs, conflict: true });
    await pause(waitMs, run.signal);
  }

  /** Once, and without dropping what waits: whoever sets it again means it. */
  async function removeWebhook(run: Run): Promise<void> {
    run.webhookRemoved = true;
    log.warn("a webhook was set for this bot; it is removed, because the account polls");
    await api.call(({ raw, signal }) => raw.deleteWebhook({ drop_pending_updates: false }, signal), run.signal);
  }

  /** @returns The cursor behind the updates, or the old one when they could not be stored: then they come again. */
  async function take(updates: readonly Update[], cursor: Cursor, run: Run): Promise<Cursor> {
    if (updates.length === 0) return cursor;
    const ids = updates.map(({ update_id: id }) => id);
    const next = advance(cursor, ids, now());
    try {
      await receiver.receive(updates, run.inbound, writeCursor(next));
      run.refusals = 0;
      return next;
    } catch (error) {
      if (run.refusals === 0)
        log.warn("updates could not be stored and are asked for again", { error: wordsOf(error) });
      const waitMs = STORE_WAITS_MS[Math.min(run.refusals, STORE_WAITS_MS.length - 1)] ?? 0;
      run.refusals += 1;
      await pause(waitMs, run.signal);
      return cursor;
    }
  }

  return {
    async poll(inbound, signal) {
      const run: Run = { inbound, signal, proven: false, webhookRemoved: false, refusals: 0 };
      let cursor = readCursor(await inbound.cursor(), botId, now());
      while (!signal.aborted) {
        cursor = expire(cursor, now());
        // The first poll is not held: its answer is the proof that the connection works.
        const holdS = run.proven || conflicts > 0 ? timeoutS : 0;
        const updates = await ask(cursor, holdS, signal).catch((error: unknown) => recover(error, run));
        if (updates === undefined) continue;
        conflicts = 0;
        run.proven = true;
        inbound.report({ state: "connected" });
        cursor = await take(updates, cursor, run);
      }
    },
  };
}

function reasonOf(error: unknown): { readonly reason: string; readonly hint?: string } {
  const hint = isLoongError(error) ? error.hint : undefined;
  return { reason: wordsOf(error), ...(hint === undefined ? {} : { hint }) };
}

function wordsOf(error: unknown): string {
  return isLoongError(error) ? `${error.code}: ${error.message}` : "unexpected";
}
