import { setTimeout as sleep } from "node:timers/promises";
import type { LoongError } from "@loong/sdk";
import { wecomErrors } from "./errors.ts";
import type { Push } from "./link/frame.ts";
import type { Link } from "./link/link.ts";
import type { Timing } from "./link/timing.ts";

/**
 * The one connection that the platform gives a bot. While the account is served, everything goes over the served one,
 * and when that is down it waits: opening another would throw out whoever holds it now. Otherwise a call opens one for
 * itself, and closes it.
 */
export interface Connection {
  /** @throws WECOM_NOT_CONNECTED, and what opening a connection throws */
  use<T>(work: (link: Link) => Promise<T>, signal: AbortSignal): Promise<T>;
  /** Opens the served connection and gives it. From now on nobody opens another, also when it fails, until `release`. */
  serve(onPush: (push: Push) => void, signal: AbortSignal): Promise<Link>;
  /** Why the served connection is down; `undefined` while it stands, is being opened, or is not served. */
  readonly failure: LoongError | undefined;
  /** Serving stops on purpose: waits, for `graceMs`, for calls over the served connection. New ones wait for `release`. */
  finish(graceMs: number): Promise<void>;
  /** Serving has stopped: calls may open their own again. */
  release(): void;
  close(): void;
}

export interface ConnectionOptions {
  open(onPush: (push: Push) => void, signal: AbortSignal): Promise<Link>;
  /** What the platform hands to a connection that a call has opened for itself. */
  passedBy(push: Push, link: Promise<Link>): void;
  readonly timing: Timing;
  readonly retryInMs: number;
}

export function createConnection({ open, passedBy, timing, retryInMs }: ConnectionOptions): Connection {
  const closing = new AbortController();
  let served: Promise<Link> | undefined;
  let failure: LoongError | undefined;
  let borrowed: Borrowed | undefined;
  const underWay = new Set<Promise<unknown>>();
  let finishing: PromiseWithResolvers<void> | undefined;

  function notConnected(reason: string): LoongError {
    return wecomErrors.WECOM_NOT_CONNECTED([reason], { retryAfterMs: retryInMs });
  }

  async function servedLink(link: Promise<Link>, signal: AbortSignal): Promise<Link> {
    const limited = AbortSignal.any([signal, AbortSignal.timeout(timing.readyMs)]);
    const found = await orAborted(link, limited).catch((error: LoongError) => {
      throw notConnected(error.message);
    });
    if (found === undefined) throw notConnected("it is being connected");
    if (found.isOver) throw notConnected(failure?.message ?? "the connection was lost");
    return found;
  }

  async function useServed<T>(link: Promise<Link>, work: (link: Link) => Promise<T>, signal: AbortSignal): Promise<T> {
    const call = servedLink(link, signal).then(work);
    underWay.add(call);
    try {
      return await call;
    } finally {
      underWay.delete(call);
    }
  }

  /** One for all who come before it ends: several parts of one message do not connect several times. */
  function borrow(): Borrowed {
    if (borrowed !== undefined && !borrowed.isOver) {
      clearTimeout(borrowed.linger);
      return borrowed;
    }
    const link: Promise<Link> = open((push) => passedBy(push, link), closing.signal);
    const fresh: Borrowed = { link, users: 0, isOver: false };
    link.then(
      ({ ended }) => void ended.then(() => (fresh.isOver = true)),
      () => (fresh.isOver = true),
    );
    borrowed = fresh;
    return fresh;
  }

  function giveBack(one: Borrowed): void {
    one.users -= 1;
    if (one.users > 0) return;
    if (served !== undefined || closing.signal.aborted) hangUp(one);
    else one.linger = setTimeout(() => hangUp(one), timing.lingerMs);
  }

  /** Waits for calls under way on a borrowed connection, so that serving does not cut them off. */
  async function takeOver(signal: AbortSignal): Promise<void> {
    const one = borrowed;
    if (one === undefined || one.isOver) return;
    if (one.users === 0) hangUp(one);
    const link = await one.link.catch(() => undefined);
    if (link !== undefined) await orAborted(link.ended, signal);
  }

  return {
    async use(work, signal) {
      if (finishing !== undefined) await orAborted(finishing.promise, AbortSignal.any([signal, closing.signal]));
      if (signal.aborted || closing.signal.aborted) throw wecomErrors.WECOM_ABORTED([]);
      if (served !== undefined) return useServed(served, work, signal);
      const one = borrow();
      one.users += 1;
      try {
        const link = await orAborted(one.link, signal);
        if (link === undefined) throw wecomErrors.WECOM_ABORTED([]);
        return await work(link);
      } finally {
        giveBack(one);
      }
    },
    serve(onPush, signal) {
      failure = undefined;
      const opening = takeOver(signal).then(() => open(onPush, AbortSignal.any([signal, closing.signal])));
      served = opening;
      opening.then(
        ({ ended }) => void ended.then((why) => (failure = why)),
        (error: LoongError) => (failure = error),
      );
      return opening;
    },
    get failure() {
      return failure;
    },
    async finish(graceMs) {
      finishing ??= Promise.withResolvers();
      const grace = new AbortController();
      await Promise.race([Promise.allSettled(underWay), sleep(graceMs, undefined, { signal: grace.signal })]);
      grace.abort();
    },
    release() {
      served = undefined;
      failure = undefined;
      finishing?.resolve();
      finishing = undefined;
    },
    close() {
      closing.abort();
      if (borrowed !== undefined) hangUp(borrowed);
      served?.then((link) => link.close()).catch(() => undefined);
    },
  };
}

interface Borrowed {
  readonly link: Promise<Link>;
  users: number;
  isOver: boolean;
  linger?: NodeJS.Timeout;
}

function hangUp(one: Borrowed): void {
  clearTimeout(one.linger);
  one.isOver = true;
  one.link.then((link) => link.close()).catch(() => undefined);
}

/** What `promise` comes to, or `undefined` when `signal` aborts first. */
function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const leave = () => resolve(undefined);
    if (signal.aborted) return leave();
    signal.addEventListener("abort", leave, { once: true });
    void promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", leave));
  });
}
