import { performance } from "node:perf_hooks";
import type { EmulatorClock, EmulatorTimer } from "@loong/emulator-kit";
import { emulatorErrors } from "../errors.ts";
import type { EventFaultAction, Faults, FrameManner, PushManner } from "../faults.ts";
import { randomHex } from "../ids.ts";
import type { App } from "../state/apps.ts";
import { envelope } from "./payloads.ts";

/** How one attempt ended. `data` is what the app answered to a callback. */
export interface AttemptResult {
  readonly outcome: "acknowledged" | "refused" | "timeout" | "no-connection" | "failed";
  /** The HTTP status, or the code in the acknowledgement. */
  readonly status?: number;
  readonly data?: unknown;
  readonly detail?: string;
}

export interface Attempt {
  readonly atMs: number;
  readonly via: "long-connection" | "webhook";
  readonly outcome: AttemptResult["outcome"] | "waiting";
  readonly status?: number;
  readonly latencyMs?: number;
  readonly detail?: string;
}

/** One event on its way to one app. */
export interface Delivery {
  readonly eventId: string;
  readonly appId: string;
  readonly type: string;
  readonly atMs: number;
  readonly state: "waiting" | "acknowledged" | "given-up";
  readonly attempts: readonly Attempt[];
}

/** What a transport gets: the words to carry, and how to carry them wrongly if a fault says so. */
export interface Parcel {
  readonly app: App;
  readonly eventId: string;
  readonly type: string;
  readonly payload: string;
  readonly manner: FrameManner | PushManner | undefined;
}

/** Carries a parcel and calls `settle` once. */
export type Transport = (parcel: Parcel, settle: (result: AttemptResult) => void) => void;

export interface PublishOptions {
  readonly eventId?: string;
  readonly schema?: "1.0" | "2.0";
}

export interface Deliveries {
  /** Sends an event until it is acknowledged or the schedule ends. `undefined`: the app has not subscribed to it. */
  publish(app: App, type: string, event: object, options?: PublishOptions): string | undefined;
  /** Sends a callback once and gives the app's answer. */
  call(app: App, type: string, event: object): Promise<AttemptResult & { readonly eventId: string }>;
  /** Sends an event again at once, acknowledged or not. @throws FEISHU_EMULATOR_NOT_FOUND */
  redeliver(eventId: string, options?: { readonly newEventId?: string }): string;
  /** Attempts again, now, every event of the app that waits for its next attempt. */
  flush(appId: string): void;
  list(): readonly Delivery[];
}

interface Tracked {
  readonly app: App;
  readonly eventId: string;
  readonly type: string;
  readonly atMs: number;
  readonly payload: string;
  readonly isCallback: boolean;
  /** A fault has made a second one of it, or it is that one: doubled at every attempt, events without a reader would never end. */
  doubled: boolean;
  state: Delivery["state"];
  attempts: (Attempt & Record<string, unknown>)[];
  scheduled: EmulatorTimer | undefined;
  onResult: ((result: AttemptResult) => void) | undefined;
}

export interface DeliveryPorts {
  readonly clock: EmulatorClock;
  readonly faults: Faults;
  readonly delaysMs: readonly number[];
  readonly ackTimeoutMs: number;
  readonly keep: number;
  readonly longConnection: Transport;
  readonly webhook: Transport;
}

/** Hands events to apps and keeps at it: the same event id again after each wait of the schedule. */
export function createDeliveries(ports: DeliveryPorts): Deliveries {
  const { clock, faults } = ports;
  const events = new Map<string, Tracked>();

  function track(app: App, type: string, event: object, options: PublishOptions & { isCallback: boolean }): Tracked {
    const eventId = options.eventId ?? randomHex();
    const atMs = clock.now();
    const body = envelope(app, { eventId, type, atMs, schema: options.schema ?? "2.0" }, event);
    return remember({ app, eventId, type, atMs, payload: JSON.stringify(body), isCallback: options.isCallback });
  }

  function remember(facts: Pick<Tracked, "app" | "eventId" | "type" | "atMs" | "payload" | "isCallback">): Tracked {
    const tracked: Tracked = {
      ...facts,
      doubled: false,
      state: "waiting",
      attempts: [],
      scheduled: undefined,
      onResult: undefined,
    };
    events.set(tracked.eventId, tracked);
    if (events.size > ports.keep * 2) forgetOldest(events, ports.keep);
    return tracked;
  }

  function attempt(tracked: Tracked): void {
    tracked.scheduled?.cancel();
    tracked.scheduled = undefined;
    const action = faults.event(tracked.app.appId, tracked.type);
    if (action === undefined) carry(tracked, undefined);
    else misdeliver(tracked, action);
  }

  function misdeliver(tracked: Tracked, action: EventFaultAction): void {
    if (action === "drop") {
      const settle = begin(tracked);
      clock.setTimer(ports.ackTimeoutMs, () => settle({ outcome: "timeout", detail: "dropped by a fault" }));
    } else if (action === "duplicate" || action === "duplicate-new-id") {
      carry(tracked, undefined);
      if (!tracked.doubled) double(tracked, action);
    } else if (typeof action === "object" && "delayMs" in action) {
      clock.setTimer(action.delayMs, () => carry(tracked, undefined));
    } else {
      carry(tracked, action);
    }
  }

  function double(tracked: Tracked, how: "duplicate" | "duplicate-new-id"): void {
    tracked.doubled = true;
    const second = how === "duplicate" ? tracked : copy(tracked, randomHex());
    second.doubled = true;
    carry(second, undefined);
  }

  function carry(tracked: Tracked, manner: Parcel["manner"]): void {
    const { app, eventId, type, payload } = tracked;
    const transport = app.webhookUrl === undefined ? ports.longConnection : ports.webhook;
    transport({ app, eventId, type, payload, manner }, begin(tracked));
  }

  /** Opens an attempt; the function given back ends it, the first time it is called. */
  function begin(tracked: Tracked): (result: AttemptResult) => void {
    const startedAt = performance.now();
    const index = tracked.attempts.length;
    const via = tracked.app.webhookUrl === undefined ? "long-connection" : "webhook";
    const opened = { atMs: clock.now(), via, outcome: "waiting" } as const;
    tracked.attempts.push(opened);
    return ({ data: _answer, ...facts }) => {
      if (tracked.attempts[index] !== opened) return;
      tracked.attempts[index] = { ...opened, ...facts, latencyMs: performance.now() - startedAt };
      settled(tracked, { ...facts, data: _answer });
    };
  }

  function settled(tracked: Tracked, result: AttemptResult): void {
    tracked.onResult?.(result);
    if (result.outcome === "acknowledged") {
      tracked.state = "acknowledged";
      tracked.scheduled?.cancel();
    } else if (tracked.state === "waiting") {
      scheduleNext(tracked);
    }
  }

  function scheduleNext(tracked: Tracked): void {
    const delayMs = tracked.isCallback ? undefined : ports.delaysMs[tracked.attempts.length - 1];
    if (delayMs === undefined) {
      tracked.state = "given-up";
      return;
    }
    tracked.scheduled?.cancel();
    tracked.scheduled = clock.setTimer(delayMs, () => attempt(tracked));
  }

  function copy(tracked: Tracked, eventId: string): Tracked {
    const payload = tracked.payload.replaceAll(tracked.eventId, eventId);
    return remember({ ...tracked, eventId, payload });
  }

  return {
    publish(app, type, event, options = {}) {
      if (app.events !== undefined && !app.events.has(type)) return undefined;
      const tracked = track(app, type, event, { ...options, isCallback: false });
      attempt(tracked);
      return tracked.eventId;
    },
    call(app, type, event) {
      const tracked = track(app, type, event, { isCallback: true });
      return new Promise((resolve) => {
        tracked.onResult = (result) => resolve({ ...result, eventId: tracked.eventId });
        attempt(tracked);
      });
    },
    redeliver(eventId, { newEventId } = {}) {
      const known = events.get(eventId);
      if (known === undefined) throw emulatorErrors.FEISHU_EMULATOR_NOT_FOUND(["event", eventId]);
      const tracked = newEventId === undefined ? known : copy(known, newEventId);
      attempt(tracked);
      return tracked.eventId;
    },
    flush(appId) {
      for (const tracked of events.values()) {
        if (tracked.app.appId === appId && tracked.scheduled !== undefined) attempt(tracked);
      }
    },
    list: () => [...events.values()].map(view),
  };
}

/** In one sweep: taking them out one by one from the front of a map is slow. */
function forgetOldest(events: Map<string, Tracked>, keep: number): void {
  let surplus = events.size - keep;
  for (const eventId of events.keys()) {
    if (surplus-- <= 0) return;
    events.delete(eventId);
  }
}

function view({ app, eventId, type, atMs, state, attempts }: Tracked): Delivery {
  return { eventId, appId: app.appId, type, atMs, state, attempts: [...attempts] };
}
