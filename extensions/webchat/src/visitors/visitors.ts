import { webchatErrors } from "../errors.ts";
import { CLOSE, type Entry, type ServerFrame } from "../protocol.ts";
import type { Limits } from "../settings.ts";
import { type Bucket, createBucket } from "./bucket.ts";
import { type History, createHistory } from "./history.ts";

/** One open page. */
export interface Tab {
  send(frame: ServerFrame): void;
  close(code: number, reason: string): void;
}

/** One conversation, in as many pages as the visitor has open. */
export interface Visitor {
  readonly id: string;
  readonly tabs: Set<Tab>;
  readonly history: History;
  readonly said: Bucket;
  typing: boolean;
  /** When the last page left, or when this visitor was first heard of. */
  awaySinceMs: number;
  lastUseMs: number;
}

/** Everybody this process knows, in memory and bounded. */
export interface Visitors {
  /** @throws WEBCHAT_FULL when everybody else is connected. */
  visit(id: string): Visitor;
  find(id: string): Visitor | undefined;
  /** Shows a page what was said last. */
  arrive(visitor: Visitor, tab: Tab): void;
  leave(visitor: Visitor, tab: Tab): void;
  /** Keeps an entry and shows it in every page. */
  show(visitor: Visitor, entry: Entry): void;
  takeAway(visitor: Visitor, entryId: string): void;
  showTyping(visitor: Visitor, on: boolean): void;
  /** A page shows these. */
  confirm(visitor: Visitor, entryIds: readonly string[]): void;
  /** Resolves once a page shows it, or once `signal` aborts. */
  untilShown(visitor: Visitor, entryId: string, signal: AbortSignal): Promise<boolean>;
  /** Disconnects pages that nobody has used for a while. */
  closeIdle(): void;
  closeAll(): void;
}

const MAX_TABS = 8;

export function createVisitors(limits: Limits, now: () => number): Visitors {
  const visitors = new Map<string, Visitor>();
  const waiting = new Map<string, Set<() => void>>();
  const waitKey = (visitor: Visitor, entryId: string) => `${visitor.id} ${entryId}`;

  function visit(id: string): Visitor {
    const known = visitors.get(id);
    if (known !== undefined) return known;
    makeRoom(visitors, limits.maxVisitors);
    const visitor = newVisitor(id, limits, now());
    visitors.set(id, visitor);
    return visitor;
  }

  function arrive(visitor: Visitor, tab: Tab): void {
    visitor.lastUseMs = now();
    visitor.tabs.add(tab);
    const [oldest] = visitor.tabs;
    if (visitor.tabs.size > MAX_TABS) oldest?.close(CLOSE.idle, "too many pages");
    tab.send({ type: "welcome", visitor: visitor.id, entries: visitor.history.entries() });
    if (visitor.typing) tab.send({ type: "typing", on: true });
  }

  function leave(visitor: Visitor, tab: Tab): void {
    visitor.tabs.delete(tab);
    if (visitor.tabs.size === 0) visitor.awaySinceMs = now();
  }

  function tell(visitor: Visitor, frame: ServerFrame): void {
    visitor.lastUseMs = now();
    for (const tab of visitor.tabs) tab.send(frame);
  }

  async function untilShown(visitor: Visitor, entryId: string, signal: AbortSignal): Promise<boolean> {
    const key = waitKey(visitor, entryId);
    const shown = () => visitor.history.isConfirmed(entryId);
    if (shown() || signal.aborted) return shown();
    await new Promise<void>((resolve) => {
      const waiters = waiting.get(key) ?? new Set();
      waiting.set(key, waiters.add(resolve));
      signal.addEventListener("abort", () => resolve(), { once: true });
    });
    waiting.delete(key);
    return shown();
  }

  return {
    visit,
    find: (id) => visitors.get(id),
    arrive,
    leave,
    show(visitor, entry) {
      visitor.history.put(entry);
      tell(visitor, { type: "entry", entry });
    },
    takeAway(visitor, id) {
      visitor.history.remove(id);
      tell(visitor, { type: "gone", id });
    },
    showTyping(visitor, on) {
      if (visitor.typing === on) return;
      visitor.typing = on;
      tell(visitor, { type: "typing", on });
    },
    confirm(visitor, entryIds) {
      for (const id of entryIds) {
        visitor.history.confirm(id);
        for (const resolve of waiting.get(waitKey(visitor, id)) ?? []) resolve();
      }
    },
    untilShown,
    closeIdle() {
      for (const { tabs, lastUseMs } of visitors.values()) {
        if (now() - lastUseMs > limits.idleTimeoutMs) for (const tab of tabs) tab.close(CLOSE.idle, "idle");
      }
    },
    closeAll() {
      for (const { tabs } of visitors.values()) for (const tab of tabs) tab.close(CLOSE.goingAway, "going away");
    },
  };
}

function newVisitor(id: string, limits: Limits, nowMs: number): Visitor {
  return {
    id,
    tabs: new Set(),
    history: createHistory(limits.historyMessages),
    said: createBucket(limits.messagesPerMinute, nowMs),
    typing: false,
    awaySinceMs: nowMs,
    lastUseMs: nowMs,
  };
}

/** Forgets who has been away the longest. */
function makeRoom(visitors: Map<string, Visitor>, maxVisitors: number): void {
  if (visitors.size < maxVisitors) return;
  const away = [...visitors.values()].filter(({ tabs }) => tabs.size === 0);
  const [first] = away.sort((one, other) => one.awaySinceMs - other.awaySinceMs);
  if (first === undefined) throw webchatErrors.WEBCHAT_FULL([maxVisitors]);
  visitors.delete(first.id);
}
