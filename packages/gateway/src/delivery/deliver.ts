import type { OutboundMessage, Receipt } from "@loong/sdk";
import { withDeadline } from "../deadline.ts";
import { gatewayErrors } from "../errors.ts";
import type { OutboxPart, Ports, Timer } from "../ports.ts";
import { discardPreview } from "./discard.ts";
import { afterAmbiguity, afterFailure, beginSend, describe } from "./outcome.ts";

const SEND_TIMEOUT_MS = 30_000;
const STORE_RETRY_MS = 1_000;

/** Gets words out: one part at a time in each lane, in order, again when that is safe. */
export interface Delivery {
  /** Parts that a crash left open. What may have been taken is decided first. */
  recover(parts: readonly OutboxPart[]): void;
  /** Parts that are stored already, `pending` or `sending`. */
  add(parts: readonly OutboxPart[]): void;
  /** Resolves with the part once it is in a state it will not leave by itself. */
  ended(partId: string): Promise<OutboxPart>;
  /** Tries at once what waited for this account. */
  wake(channel: string, account: string): void;
  lanes(): number;
  /** Nothing waits and nothing is under way in this lane, and sends may start. */
  isFree(lane: string): boolean;
  /** Starts no send until it is let go. */
  hold(): void;
  letGo(): void;
  /** Starts no further send; resolves when those under way have ended. */
  drain(): Promise<void>;
}

interface Lane {
  readonly parts: OutboxPart[];
  busy: boolean;
  timer?: Timer;
}

export function createDelivery(ports: Ports): Delivery {
  const { channels, clock, journal, log, random } = ports;
  const lanes = new Map<string, Lane>();
  const waiters = new Map<string, ((part: OutboxPart) => void)[]>();
  const underWay = new Set<Promise<void>>();
  let held = false;
  let draining = false;

  function push(part: OutboxPart): void {
    const lane = lanes.get(part.lane) ?? { parts: [], busy: false };
    lanes.set(part.lane, lane);
    lane.parts.push(part);
    advance(part.lane, lane);
  }

  function advance(key: string, lane: Lane): void {
    const part = lane.parts[0];
    if (part === undefined) return void lanes.delete(key);
    if (lane.busy || held || draining) return;
    lane.timer?.cancel();
    const waitMs = part.state === "sending" ? 0 : part.nextAtMs - clock.now();
    if (waitMs > 0) {
      lane.timer = clock.setTimer(waitMs, () => advance(key, lane));
      return;
    }
    lane.busy = true;
    const work = attempt(part).then((next) => {
      underWay.delete(work);
      lane.busy = false;
      if (next.state === "pending") lane.parts[0] = next;
      else lane.parts.shift();
      if (next.state !== "pending") announce(next);
      advance(key, lane);
    });
    underWay.add(work);
  }

  /** One attempt: commit `sending`, call, commit what came of it. Never rejects. */
  async function attempt(part: OutboxPart): Promise<OutboxPart> {
    const facts = channels.facts(part.channel, part.account);
    if (facts === undefined) {
      const gone = gatewayErrors.GATEWAY_ACCOUNT_GONE([part.channel, part.account]);
      return store({ ...part, state: part.ambiguous > 0 ? "unknown" : "dead", error: `${gone.code}: ${gone.message}` });
    }
    let sending = part;
    if (part.state !== "sending") {
      sending = beginSend(part, clock.now());
      try {
        await journal.savePart(sending);
      } catch (error) {
        log.error("a send could not be recorded, so it waits", {
          part: part.id,
          error: describe(error),
        });
        return { ...part, nextAtMs: clock.now() + STORE_RETRY_MS };
      }
    }
    try {
      const receipt = await call(sending);
      const { error: _past, ...rest } = sending;
      return await store({ ...rest, state: "sent", receipt });
    } catch (error) {
      const next = afterFailure(sending, error, facts, clock.now(), random);
      report(next);
      const stored = await store(next);
      // Nothing will take the place of what the room shows.
      if (part.preview !== undefined && (next.state === "rejected" || next.state === "dead"))
        await discardPreview(ports, part, part.preview);
      return stored;
    }
  }

  function call(part: OutboxPart): Promise<Receipt> {
    const message: OutboundMessage = {
      idempotencyKey: part.idempotencyKey,
      to: part.to,
      content: part.content,
      ...(part.threadId === undefined ? {} : { threadId: part.threadId }),
      ...(part.inReplyTo === undefined ? {} : { inReplyTo: part.inReplyTo }),
      ...(part.preview === undefined ? {} : { preview: part.preview }),
    };
    return withDeadline(
      clock,
      SEND_TIMEOUT_MS,
      () => gatewayErrors.GATEWAY_SEND_TIMEOUT([SEND_TIMEOUT_MS]),
      (signal) => channels.send(part.channel, part.account, message, signal),
    );
  }

  /** What is known about a part outlives a full disk: it is written until it is stored. */
  async function store(part: OutboxPart): Promise<OutboxPart> {
    for (;;) {
      try {
        await journal.savePart(part);
        return part;
      } catch (error) {
        log.error("the outcome of a send could not be recorded yet", {
          part: part.id,
          state: part.state,
          error: describe(error),
        });
        if (draining) return part;
        await new Promise<void>((resolve) => clock.setTimer(STORE_RETRY_MS, resolve));
      }
    }
  }

  function report(part: OutboxPart): void {
    const fields = {
      channel: part.channel,
      account: part.account,
      part: part.id,
      attempts: part.attempts,
      error: part.error ?? null,
    };
    if (part.state === "pending")
      log.warn("a send failed and is tried again", { ...fields, inMs: Math.round(part.nextAtMs - clock.now()) });
    else log.error(`a send ended as ${part.state}`, { ...fields, next: `loong messages retry ${part.id}` });
  }

  function announce(part: OutboxPart): void {
    for (const resolve of waiters.get(part.id) ?? []) resolve(part);
    waiters.delete(part.id);
  }

  return {
    recover(parts) {
      for (const part of parts) {
        const facts = channels.facts(part.channel, part.account);
        const next =
          part.ambiguous > 0 && facts !== undefined ? afterAmbiguity(part, facts, clock.now(), random) : part;
        if (next.state === "pending") {
          push({ ...next, nextAtMs: Math.min(next.nextAtMs, part.nextAtMs) });
          continue;
        }
        report(next);
        const work = store(next).then(() => void underWay.delete(work));
        underWay.add(work);
      }
    },
    add(parts) {
      for (const part of parts) push(part);
    },
    ended: (partId) =>
      new Promise((resolve) => {
        waiters.set(partId, [...(waiters.get(partId) ?? []), resolve]);
      }),
    wake(channel, account) {
      for (const [key, lane] of lanes) {
        const part = lane.parts[0];
        if (part === undefined || lane.busy || part.channel !== channel || part.account !== account) continue;
        lane.parts[0] = { ...part, nextAtMs: clock.now() };
        advance(key, lane);
      }
    },
    lanes: () => lanes.size,
    isFree: (lane) => !held && !draining && !lanes.has(lane),
    hold() {
      held = true;
    },
    letGo() {
      held = false;
      for (const [key, lane] of lanes) advance(key, lane);
    },
    async drain() {
      draining = true;
      for (const lane of lanes.values()) lane.timer?.cancel();
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
}
