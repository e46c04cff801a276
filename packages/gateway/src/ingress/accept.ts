import type { Acceptance, InboundEvent } from "@loong/sdk";
import { laneKey } from "../conversation/keys.ts";
import type { Lanes } from "../conversation/lanes.ts";
import type { Delivery } from "../delivery/deliver.ts";
import { singlePart } from "../delivery/plan.ts";
import { gatewayErrors } from "../errors.ts";
import { decide } from "../policy/decide.ts";
import type { Pairings } from "../policy/pairing.ts";
import type { AccountFacts, InboxRow, IngressBatch, IngressEntry, IngressResult, Ports } from "../ports.ts";
import type { GatewaySettings } from "../settings.ts";
import { notices } from "../turn/notices.ts";
import { malformed } from "./check.ts";

export interface Ingress {
  /** Resolves once everything that must be kept is stored with fsync. @throws GATEWAY_NOT_OPEN, GATEWAY_OVERLOADED, JOURNAL_… */
  accept(
    channel: string,
    account: string,
    events: readonly InboundEvent[],
    cursor?: string,
  ): Promise<readonly Acceptance[]>;
  /** Takes events from now on. Before, what the last process left open is not known yet. */
  open(): void;
  /** Takes nothing more. */
  close(): void;
}

/** Takes each message once: check, decide, store, and only then let the caller acknowledge. */
export function createIngress(
  ports: Ports,
  settings: GatewaySettings,
  pairings: Pairings,
  next: { readonly lanes: Lanes; readonly delivery: Delivery; stored(row: InboxRow): void },
): Ingress {
  const { channels, clock, journal, log } = ports;
  let state: "starting" | "open" | "stopping" = "starting";

  /** What to store for this event, or `undefined` when nothing is. */
  function entryFor(
    channel: string,
    account: string,
    event: InboundEvent,
    facts: AccountFacts,
  ): IngressEntry | undefined {
    const problem = malformed(event);
    if (problem !== undefined) {
      log.error("an event was dropped", { channel, account, reason: problem });
      return undefined;
    }
    const decision = decide(event, {
      access: facts.access,
      paired: pairings.isPaired(channel, account, event.sender.id),
    });
    const lane = laneKey(channel, account, event.conversation);
    const who = { channel, account, conversation: event.conversation.id, sender: event.sender.id };
    switch (decision.verdict) {
      case "ignore":
        log.debug("an event is not for us", { ...who, reason: decision.reason });
        return undefined;
      case "deny":
        log.warn("a message was denied", { ...who, reason: decision.reason, allow: decision.hint });
        return { event, lane, state: "denied", reason: decision.reason };
      case "pair":
        return pairingEntry(channel, account, event, lane);
      case "answer":
        if (clock.now() - event.sentAtMs <= settings.maxEventAgeMs) return { event, lane, state: "new" };
        log.warn("a message came too late to be answered", { ...who, sentAtMs: event.sentAtMs });
        return { event, lane, state: "denied", reason: "stale" };
    }
  }

  function pairingEntry(channel: string, account: string, event: InboundEvent, lane: string): IngressEntry {
    const denied = { event, lane, state: "denied", reason: "pairing required" } as const;
    const { name: senderName } = event.sender;
    const stranger = { channel, account, senderId: event.sender.id, conversationId: event.conversation.id };
    const request = pairings.request(senderName === undefined ? stranger : { ...stranger, senderName });
    const allow = request === undefined ? "loong pairing list" : `loong pairing approve ${channel} ${request.code}`;
    log.warn("a message was denied", { channel, account, sender: event.sender.id, reason: "pairing required", allow });
    if (request === undefined) return denied;
    const to = { lane, channel, account, to: event.conversation.id, inReplyTo: event.messageId };
    const content = { type: "markdown", markdown: notices.pair(request) } as const;
    const notice = singlePart(`pair-${request.code}`, "notice", to, content, journal.instanceKey, clock.now());
    return { ...denied, pairing: request, notice };
  }

  function checkRoom(entries: readonly IngressEntry[]): void {
    if (next.lanes.total() + entries.length > settings.maxPendingTotal)
      throw gatewayErrors.GATEWAY_OVERLOADED([next.lanes.total()]);
    for (const { lane, state } of entries) {
      const depth = next.lanes.depth(lane);
      if (state === "new" && depth >= settings.maxPendingPerLane) throw gatewayErrors.GATEWAY_OVERLOADED([depth]);
    }
  }

  function handOver(channel: string, account: string, entry: IngressEntry, seq: number, nowMs: number): void {
    if (entry.notice !== undefined) next.delivery.add([entry.notice]);
    if (entry.state !== "new") return;
    next.stored({
      seq,
      channel,
      account,
      lane: entry.lane,
      event: entry.event,
      receivedAtMs: nowMs,
      state: "new",
      attempts: 0,
      crashes: 0,
      nextAtMs: nowMs,
    });
  }

  async function store(batch: IngressBatch): Promise<readonly IngressResult[]> {
    try {
      checkRoom(batch.entries);
      return await journal.accept(batch);
    } catch (error) {
      batch.entries.forEach(release);
      throw error;
    }
  }

  function release(entry: IngressEntry): void {
    if (entry.pairing !== undefined) pairings.release(entry.pairing);
  }

  return {
    async accept(channel, account, events, cursor) {
      if (state !== "open") throw gatewayErrors.GATEWAY_NOT_OPEN([state]);
      const facts = channels.facts(channel, account);
      if (facts === undefined) throw gatewayErrors.GATEWAY_ACCOUNT_GONE([channel, account]);
      const planned = events.map((event) => entryFor(channel, account, event, facts));
      const entries = planned.filter((entry) => entry !== undefined);
      if (entries.length === 0 && cursor === undefined) return planned.map(() => "ignored");
      const nowMs = clock.now();
      const batch = { channel, account, entries, nowMs, ...(cursor === undefined ? {} : { cursor }) };
      const results = await store(batch);
      let index = 0;
      return planned.map((entry) => {
        if (entry === undefined) return "ignored";
        const result = results[index++];
        if (result === undefined || result.duplicate) {
          release(entry);
          return "duplicate";
        }
        handOver(channel, account, entry, result.seq, nowMs);
        return "stored";
      });
    },
    open() {
      state = "open";
    },
    close() {
      state = "stopping";
    },
  };
}
