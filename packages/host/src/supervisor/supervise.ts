import type { Clock, Timer } from "@loong/gateway";
import type { LinkState, Logger } from "@loong/sdk";
import {
  failureOf,
  type Link,
  type LinkEvent,
  type LinkFailure,
  newLink,
  serviceEnded,
  transition,
} from "./machine.ts";

/** What a service says about itself; `waiting`: its webhook is served and the platform has yet to call. */
export type ServiceState = LinkState | { readonly state: "waiting" };

/** One stretch of service: opens what has to be open and receives until `signal` aborts. */
export interface Service {
  /**
   * @param link - How the account stood before this attempt.
   * @throws whatever ended the connection.
   */
  run(report: (state: ServiceState) => void, signal: AbortSignal, link: Link): Promise<void>;
}

export interface Supervisor {
  readonly link: Link;
  /** Begins the first attempt. Returns at once. */
  start(): void;
  /** Ends the running attempt as if it had failed with `error`. */
  fail(error: unknown): void;
  /** What is called connected may be dead: ends it as if it had failed with `error`. What waits is tried at once. */
  renew(error: unknown): void;
  /** Aborts, waits until the service has returned or `graceMs` are over, and stays `STOPPED`. */
  stop(graceMs: number): Promise<void>;
}

export interface SupervisorOptions {
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
  /** Called after each change of `link`. */
  readonly changed?: (link: Link, before: Link) => void;
}

/** Whoever was told to end and does not return is not waited for any longer. */
const RETURN_WITHIN_MS = 5_000;

/** Keeps one account connected: runs its service, and again whenever it ends. One implementation for all channels. */
export function supervise(service: Service, { clock, random, log, changed }: SupervisorOptions): Supervisor {
  let link = newLink(clock.now());
  let timer: Timer | undefined;
  let attempt: Attempt | undefined;

  function apply(event: LinkEvent): void {
    const before = link;
    const next = transition(link, event, clock.now(), random);
    link = next.link;
    for (const action of next.actions) {
      if (action.type === "retry") timer = clock.setTimer(action.delayMs, beginNext);
      else log[action.level](action.message);
    }
    if (link !== before) changed?.(link, before);
  }

  /** The attempt before must have let go of its connection: a platform may allow one only. */
  function beginNext(): void {
    timer?.cancel();
    if (attempt === undefined || attempt.returned) return begin();
    void Promise.race([attempt.done, after(clock, RETURN_WITHIN_MS)]).then(() => {
      if (link.state !== "STOPPED") begin();
    });
  }

  function begin(): void {
    const before = link;
    apply({ type: "attempt" });
    const controller = new AbortController();
    const current: Attempt = { controller, over: false, returned: false, done: Promise.resolve() };
    const report = (state: ServiceState) => {
      if (!current.over) apply(eventOf(state));
    };
    attempt = current;
    current.done = runSafely(service, report, controller.signal, before).then(
      () => returned(current, () => end(current, serviceEnded)),
      (error: unknown) => returned(current, () => fail(current, error)),
    );
  }

  function returned(current: Attempt, settle: () => void): void {
    current.returned = true;
    settle();
  }

  function end(current: Attempt, failure: LinkFailure): void {
    if (current.over) return;
    current.over = true;
    apply({ type: "ended", failure });
  }

  function fail(current: Attempt, error: unknown): void {
    const failure = failureOf(error);
    if (failure.outcome === "unexpected" && !current.over) log.debug("the service failed", { error: textOf(error) });
    end(current, failure);
  }

  function breakOff(error: unknown): void {
    if (attempt === undefined || attempt.over) return;
    const { controller } = attempt;
    fail(attempt, error);
    controller.abort(error);
  }

  return {
    get link() {
      return link;
    },
    start: beginNext,
    fail: breakOff,
    renew(error) {
      if (link.state === "CONNECTED") breakOff(error);
      else if (link.state === "TRANSIENT_DISCONNECT" && attempt?.over === true) beginNext();
    },
    async stop(graceMs) {
      timer?.cancel();
      apply({ type: "stopped" });
      if (attempt === undefined) return;
      attempt.over = true;
      attempt.controller.abort(new Error("the account is stopping"));
      await Promise.race([attempt.done, after(clock, graceMs)]);
    },
  };
}

interface Attempt {
  readonly controller: AbortController;
  done: Promise<void>;
  /** Nothing it still says counts. */
  over: boolean;
  /** The service has returned. */
  returned: boolean;
}

/** A plugin may also throw before it gives a promise. */
async function runSafely(service: Service, ...args: Parameters<Service["run"]>): Promise<void> {
  await service.run(...args);
}

function eventOf(state: ServiceState): LinkEvent {
  if (state.state !== "disconnected") return { type: state.state };
  const { state: _name, ...facts } = state;
  return { type: "disconnected", ...facts };
}

function after(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => void clock.setTimer(delayMs, resolve));
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
