import type { EmulatorClock, EmulatorTimer } from "@loong/emulator-kit";
import { conflict, Refusal } from "../api/refusal.ts";
import type { Bot } from "../state/actors.ts";
import type { QueuedUpdate, UpdateQueue } from "./queue.ts";

interface PollRequest {
  readonly offset: number;
  readonly limit: number;
  readonly timeoutMs: number;
  /** Aborted when the client goes away. */
  readonly gone: AbortSignal;
}

/** `getUpdates`: one open long poll per bot; a newer one ends the older. */
export interface Polls {
  /** @throws Refusal 409, when another poll or a webhook takes over. */
  poll(bot: Bot, queue: UpdateQueue, request: PollRequest): Promise<readonly QueuedUpdate[]>;
  /** There may be something to give. */
  wake(bot: Bot): void;
  /** Ends the open poll of a bot. `false`: there is none. */
  abort(bot: Bot, by: "getUpdates" | "setWebhook"): boolean;
  /** Ends the open poll because the token is worthless now. */
  revoke(bot: Bot): void;
  /** Another process polls once: ends the open poll, or the next one as soon as it waits. */
  intrude(bot: Bot): void;
  isOpen(bot: Bot): boolean;
}

interface OpenPoll {
  /** Answers if there is something to give. */
  wake(): void;
  refuse(refusal: Refusal): void;
}

interface Line {
  open: OpenPoll | undefined;
  previousOffset: number | undefined;
  previousAtMs: number;
  /** Until then another conflict is told late, so that two pollers do not spin. */
  conflictFreeAtMs: number;
  intruder: boolean;
}

const WORDS = {
  getUpdates: "terminated by other getUpdates request; make sure that only one bot instance is running",
  setWebhook: "terminated by setWebhook request",
} as const;
const CONFLICT_PAUSE_MS = 3000;

/** The same offset again within this time gets one update at most, and waits. */
const SPIN_MS = 500;
const SAME_OFFSET_MS = 3000;

/** @see `tdlib/telegram-bot-api` Client.cpp, `process_get_updates_query`, `do_get_updates`, `abort_long_poll` (10.0) */
export function createPolls(clock: EmulatorClock): Polls {
  const lines = new Map<Bot, Line>();

  function lineOf(bot: Bot): Line {
    const known = lines.get(bot);
    if (known !== undefined) return known;
    const line = { open: undefined, previousOffset: undefined, previousAtMs: 0, conflictFreeAtMs: 0, intruder: false };
    lines.set(bot, line);
    return line;
  }

  function abort(line: Line, by: keyof typeof WORDS): boolean {
    const { open } = line;
    if (open === undefined) return false;
    line.open = undefined;
    if (clock.now() >= line.conflictFreeAtMs) {
      line.conflictFreeAtMs = clock.now() + CONFLICT_PAUSE_MS;
      open.refuse(conflict(WORDS[by]));
    } else clock.setTimer(CONFLICT_PAUSE_MS, () => open.refuse(conflict(WORDS[by])));
    return true;
  }

  function wait(line: Line, queue: UpdateQueue, request: PollRequest): Promise<readonly QueuedUpdate[]> {
    const { promise, resolve, reject } = Promise.withResolvers<readonly QueuedUpdate[]>();
    const take = (): readonly QueuedUpdate[] => queue.take(request.offset, request.limit);
    const leave = (): void => {
      timer.cancel();
      if (line.open === open) line.open = undefined;
    };
    const answer = (updates: readonly QueuedUpdate[]): void => {
      leave();
      resolve(updates);
    };
    const timer: EmulatorTimer = clock.setTimer(request.timeoutMs, () => answer(take()));
    const open: OpenPoll = {
      wake() {
        const updates = take();
        if (updates.length > 0) answer(updates);
      },
      refuse(refusal) {
        timer.cancel();
        reject(refusal);
      },
    };
    line.open = open;
    request.gone.addEventListener("abort", () => answer([]), { once: true });
    return promise;
  }

  return {
    async poll(bot, queue, request) {
      const line = lineOf(bot);
      const calm = calmed(line, request, clock.now());
      const ready = queue.take(calm.offset, calm.limit);
      if (ready.length > 0 || calm.timeoutMs === 0) return ready;
      abort(line, "getUpdates");
      const waiting = wait(line, queue, calm);
      if (line.intruder) {
        line.intruder = false;
        abort(line, "getUpdates");
      }
      return waiting;
    },
    wake: (bot) => lineOf(bot).open?.wake(),
    abort: (bot, by) => abort(lineOf(bot), by),
    revoke(bot) {
      const line = lineOf(bot);
      const { open } = line;
      line.open = undefined;
      open?.refuse(new Refusal(401, "Unauthorized"));
    },
    intrude(bot) {
      const line = lineOf(bot);
      if (!abort(line, "getUpdates")) line.intruder = true;
    },
    isOpen: (bot) => lineOf(bot).open !== undefined,
  };
}

/** A client that asks for the same again and again is slowed down. */
function calmed(line: Line, request: PollRequest, nowMs: number): PollRequest {
  const isSame = request.offset === line.previousOffset;
  const sinceMs = nowMs - line.previousAtMs;
  line.previousOffset = request.offset;
  line.previousAtMs = nowMs;
  return {
    ...request,
    timeoutMs: isSame && sinceMs < SAME_OFFSET_MS ? Math.max(request.timeoutMs, SAME_OFFSET_MS) : request.timeoutMs,
    limit: isSame && sinceMs < SPIN_MS ? 1 : request.limit,
  };
}
