import type { Timer } from "@loong/gateway";

/** Virtual time: events run one after another, in order of their time, and nothing else happens in between. */
export interface Timeline {
  now(): number;
  at(delayMs: number, run: () => void): Timer;
  /** Time stands still until this is done. */
  standStill(work: Promise<void>): void;
  /** Runs events until `untilMs` or until none is left. */
  run(untilMs: number): Promise<void>;
}

interface Event {
  readonly atMs: number;
  readonly order: number;
  run: (() => void) | undefined;
}

/** @param startMs - The first moment, in milliseconds since 1970. */
export function createTimeline(startMs: number): Timeline {
  const heap: Event[] = [];
  let nowMs = startMs;
  let order = 0;
  let holding: Promise<void>[] = [];

  async function settle(): Promise<void> {
    await settled();
    for (; holding.length > 0; await settled()) {
      const works = holding;
      holding = [];
      await Promise.all(works);
    }
  }

  return {
    now: () => nowMs,
    at(delayMs, run) {
      const event: Event = { atMs: nowMs + Math.max(0, delayMs), order: order++, run };
      push(heap, event);
      return { cancel: () => void (event.run = undefined) };
    },
    standStill: (work) => void holding.push(work),
    async run(untilMs) {
      await settle();
      for (let next = heap[0]; next !== undefined && next.atMs <= untilMs; next = heap[0]) {
        pop(heap);
        if (next.run === undefined) continue;
        nowMs = next.atMs;
        next.run();
        await settle();
      }
      nowMs = Math.max(nowMs, untilMs);
    },
  };
}

/**
 * Every promise that can go on has gone on: an immediate runs only after all of them. The second one comes after those
 * that a journal waits for.
 */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
}

function before(a: Event, b: Event): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}

function push(heap: Event[], event: Event): void {
  let index = heap.push(event) - 1;
  while (index > 0) {
    const parent = (index - 1) >> 1;
    if (!before(event, heap[parent] as Event)) break;
    heap[index] = heap[parent] as Event;
    index = parent;
  }
  heap[index] = event;
}

function pop(heap: Event[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let index = 0;
  for (;;) {
    const left = index * 2 + 1;
    if (left >= heap.length) break;
    const right = left + 1;
    const child = right < heap.length && before(heap[right] as Event, heap[left] as Event) ? right : left;
    if (!before(heap[child] as Event, last)) break;
    heap[index] = heap[child] as Event;
    index = child;
  }
  heap[index] = last;
}
