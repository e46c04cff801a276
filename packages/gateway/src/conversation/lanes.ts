import type { Clock, InboxRow, Timer } from "../ports.ts";
import type { TurnVerdict } from "../turn/verdict.ts";

/** One turn at a time in each lane, in order of arrival; lanes side by side up to a cap. */
export interface Lanes {
  add(row: InboxRow): void;
  /** Messages waiting or running in this lane. */
  depth(lane: string): number;
  total(): number;
  /** Memory that the messages take, roughly. */
  bytes(): number;
  count(): number;
  running(): number;
  /** Aborts the turn that runs in this lane now. `false` when none does. */
  interrupt(lane: string, reason: Error): boolean;
  /** Starts no turn until it is let go. */
  hold(): void;
  letGo(): void;
  /** Starts no further turn; aborts those that still run after `graceMs`; resolves when none runs. */
  drain(graceMs: number, reason: Error): Promise<void>;
}

interface Lane {
  readonly rows: InboxRow[];
  running?: AbortController;
  timer?: Timer;
  /** In the line of lanes that may run. */
  queued: boolean;
}

/** It ran when two processes died: the next time it runs alone, so that it takes no other message along if it is the cause. */
function isSuspect({ crashes }: InboxRow): boolean {
  return crashes === 2;
}

export function createLanes(
  clock: Clock,
  maxConcurrent: number,
  run: (row: InboxRow, signal: AbortSignal) => Promise<TurnVerdict>,
): Lanes {
  const lanes = new Map<string, Lane>();
  const ready: string[] = [];
  const underWay = new Set<Promise<void>>();
  let total = 0;
  let bytes = 0;
  let held = false;
  let draining = false;
  let suspectRuns = false;

  function schedule(key: string, lane: Lane): void {
    const row = lane.rows[0];
    if (row === undefined) return void lanes.delete(key);
    if (lane.queued || lane.running !== undefined || held || draining) return;
    lane.timer?.cancel();
    const waitMs = row.nextAtMs - clock.now();
    if (waitMs > 0) {
      lane.timer = clock.setTimer(waitMs, () => schedule(key, lane));
      return;
    }
    lane.queued = true;
    ready.push(key);
    startReady();
  }

  function startReady(): void {
    while (!held && !draining && !suspectRuns && underWay.size < maxConcurrent) {
      const [key] = ready;
      if (key === undefined) return;
      const lane = lanes.get(key);
      const row = lane?.rows[0];
      if (row !== undefined && isSuspect(row) && underWay.size > 0) return;
      ready.shift();
      if (lane === undefined || row === undefined) continue;
      lane.queued = false;
      start(key, lane, row);
    }
  }

  function start(key: string, lane: Lane, row: InboxRow): void {
    const controller = new AbortController();
    lane.running = controller;
    suspectRuns = isSuspect(row);
    const work = run(row, controller.signal).then((verdict) => {
      underWay.delete(work);
      suspectRuns = false;
      delete lane.running;
      if (verdict.ended) {
        lane.rows.shift();
        total -= 1;
        bytes -= bytesOf(row);
      } else lane.rows[0] = verdict.row;
      schedule(key, lane);
      startReady();
    });
    underWay.add(work);
  }

  return {
    add(row) {
      const lane = lanes.get(row.lane) ?? { rows: [], queued: false };
      lanes.set(row.lane, lane);
      lane.rows.push(row);
      total += 1;
      bytes += bytesOf(row);
      schedule(row.lane, lane);
    },
    depth: (lane) => lanes.get(lane)?.rows.length ?? 0,
    total: () => total,
    bytes: () => bytes,
    count: () => lanes.size,
    running: () => underWay.size,
    interrupt(lane, reason) {
      const running = lanes.get(lane)?.running;
      running?.abort(reason);
      return running !== undefined;
    },
    hold() {
      held = true;
    },
    letGo() {
      held = false;
      for (const [key, lane] of lanes) schedule(key, lane);
      startReady();
    },
    async drain(graceMs, reason) {
      draining = true;
      for (const lane of lanes.values()) lane.timer?.cancel();
      const timer = clock.setTimer(graceMs, () => {
        for (const lane of lanes.values()) lane.running?.abort(reason);
      });
      while (underWay.size > 0) await Promise.all(underWay);
      timer.cancel();
    },
  };
}

/** What a row takes beside its text: ids, names and the places they are kept in. */
const ROW_BYTES = 1_000;

function bytesOf({ event }: InboxRow): number {
  return ROW_BYTES + 2 * event.text.length;
}
