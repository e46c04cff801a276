import type { EmulatorClock, JsonRecord } from "@loong/emulator-kit";
import { firstUpdateId } from "../ids.ts";

/** One update on its way to a bot. */
export interface QueuedUpdate {
  readonly updateId: number;
  /** `message`, `callback_query`, … */
  readonly type: string;
  readonly payload: JsonRecord;
  /** Updates of one lane reach a webhook one after the other. */
  readonly lane: string;
  readonly atMs: number;
  state: "pending" | "confirmed" | "dropped" | "expired";
}

export interface UpdateQueue {
  /** @returns `undefined` when the bot does not want this type. */
  push(type: string, payload: JsonRecord, lane: string): number | undefined;
  /** What `getUpdates` gives: forgets what lies before `offset`; a negative one keeps only the last so many. */
  take(offset: number, limit: number): readonly QueuedUpdate[];
  pending(): readonly QueuedUpdate[];
  confirm(update: QueuedUpdate): void;
  /** `drop_pending_updates` */
  dropAll(): void;
  /** Every update there was, oldest first. */
  list(): readonly QueuedUpdate[];
  /** Gives it out once more, confirmed or not. `false`: there is none. */
  redeliver(updateId: number): boolean;
  restartIds(first: number): void;
  /** An empty list means the default types; undefined changes nothing. */
  allow(types: readonly string[] | undefined): void;
  /** Undefined: the default types. */
  allowed(): readonly string[] | undefined;
  /** Called after each push, once the present piece of work is done. */
  onPush(listener: () => void): void;
}

/** Never sent unless asked for. @see https://core.telegram.org/bots/api#getupdates (read 2026-11) */
const BY_REQUEST: ReadonlySet<string> = new Set(["chat_member", "message_reaction", "message_reaction_count"]);
const LIFETIME_MS = 24 * 3600 * 1000;
/** An offset that far ahead of the last id is taken for an old one from before the ids began anew. */
const AHEAD = 10;

export function createUpdateQueue(clock: EmulatorClock, first: number | undefined, keep: number): UpdateQueue {
  let nextId = first ?? firstUpdateId();
  let pending: QueuedUpdate[] = [];
  let again: QueuedUpdate[] = [];
  let all: QueuedUpdate[] = [];
  let wanted: readonly string[] | undefined;
  let announced = false;
  const listeners: (() => void)[] = [];

  function end(updates: readonly QueuedUpdate[], state: QueuedUpdate["state"]): void {
    for (const update of updates) update.state = state;
  }
  function keepFrom(index: number, state: QueuedUpdate["state"]): void {
    end(pending.slice(0, index), state);
    pending = pending.slice(index);
  }
  function expire(): void {
    const bornAfterMs = clock.now() - LIFETIME_MS;
    if ((pending[0]?.atMs ?? Number.POSITIVE_INFINITY) > bornAfterMs) return;
    const fresh = pending.findIndex(({ atMs }) => atMs > bornAfterMs);
    keepFrom(fresh < 0 ? pending.length : fresh, "expired");
  }
  function forgetBefore(offset: number): void {
    const index = pending.findIndex(({ updateId }) => updateId >= offset);
    keepFrom(index < 0 ? pending.length : index, "confirmed");
  }
  function announce(): void {
    if (announced) return;
    announced = true;
    queueMicrotask(() => {
      announced = false;
      for (const listener of listeners) listener();
    });
  }

  return {
    push(type, payload, lane) {
      if (wanted === undefined ? BY_REQUEST.has(type) : !wanted.includes(type)) return undefined;
      const update: QueuedUpdate = { updateId: nextId, type, payload, lane, atMs: clock.now(), state: "pending" };
      nextId += 1;
      pending.push(update);
      all.push(update);
      if (all.length > keep * 2) all = all.slice(-keep);
      announce();
      return update.updateId;
    },
    take(offset, limit) {
      expire();
      if (offset < 0) keepFrom(Math.max(0, pending.length + offset), "dropped");
      else if (offset > 0 && offset <= nextId + AHEAD) forgetBefore(offset);
      const repeated = again;
      again = [];
      return repeated.length === 0 ? pending.slice(0, limit) : [...repeated, ...pending].slice(0, limit);
    },
    pending() {
      expire();
      return [...again, ...pending];
    },
    confirm(update) {
      update.state = "confirmed";
      pending = pending.filter((one) => one !== update);
      again = again.filter((one) => one !== update);
    },
    dropAll() {
      keepFrom(pending.length, "dropped");
      again = [];
    },
    list: () => all,
    redeliver(updateId) {
      const update = all.findLast((one) => one.updateId === updateId);
      if (update === undefined) return false;
      if (!pending.includes(update)) again.push(update);
      announce();
      return true;
    },
    restartIds(first) {
      nextId = first;
    },
    allow(types) {
      if (types !== undefined) wanted = types.length === 0 ? undefined : types;
    },
    allowed: () => wanted,
    onPush: (listener) => void listeners.push(listener),
  };
}

/** The `Update` object. */
export function updateView({ updateId, type, payload }: QueuedUpdate): JsonRecord {
  return { update_id: updateId, [type]: payload };
}
