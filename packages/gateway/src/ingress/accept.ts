import type { Acceptance, InboundEvent } from "@loong/sdk";
import type { Lanes } from "../conversation/lanes.ts";
import type { Delivery } from "../delivery/deliver.ts";
import { gatewayErrors } from "../errors.ts";
import type { Pairings } from "../policy/pairing.ts";
import type { InboxRow, IngressBatch, IngressEntry, IngressResult, Ports } from "../ports.ts";
import type { GatewaySettings } from "../settings.ts";
import { createArriving } from "./arriving.ts";
import { createBusyNotice } from "./busy.ts";
import { createPlanner, type Plan } from "./plan.ts";

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
  const { channels, clock, journal } = ports;
  const planFor = createPlanner(ports, settings, pairings);
  const sayBusy = createBusyNotice(ports, next.delivery);
  const arriving = createArriving();
  let state: "starting" | "open" | "stopping" = "starting";

  /** Why the queues take no more of this; `undefined` when they do. Where nothing waits, a batch fits whatever its size. */
  function overload(wanted: readonly string[]): number | undefined {
    const { lanes } = next;
    const total = lanes.total() + arriving.total();
    if (total > 0 && total + wanted.length > settings.maxPendingTotal) return total;
    if (lanes.bytes() > (settings.maxPendingBytes ?? Infinity)) return total;
    const depths = [...countByLane(wanted)].map(
      ([lane, more]) => [lanes.depth(lane) + arriving.depth(lane), more] as const,
    );
    return depths.find(([depth, more]) => depth > 0 && depth + more > settings.maxPendingPerLane)?.[0];
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

  async function store(batch: IngressBatch, mayComeAgain: boolean): Promise<readonly IngressResult[]> {
    const wanted = batch.entries.filter(({ state }) => state === "new").map(({ lane }) => lane);
    const waiting = overload(wanted);
    if (waiting === undefined) return arriving.during(wanted, () => journal.accept(batch));
    if (!mayComeAgain) await sayBusy(batch.channel, batch.account, batch.entries);
    throw gatewayErrors.GATEWAY_OVERLOADED([waiting]);
  }

  return {
    async accept(channel, account, events, cursor) {
      if (state !== "open") throw gatewayErrors.GATEWAY_NOT_OPEN([state]);
      const facts = channels.facts(channel, account);
      if (facts === undefined) throw gatewayErrors.GATEWAY_ACCOUNT_GONE([channel, account]);
      const planned = events.map((event) => planFor(channel, account, event, facts));
      const plans = planned.filter((plan) => plan !== undefined);
      if (plans.length === 0 && cursor === undefined) return planned.map(() => "ignored");
      const nowMs = clock.now();
      const entries = plans.map(({ entry }) => entry);
      const batch = { channel, account, entries, nowMs, ...(cursor === undefined ? {} : { cursor }) };
      const results = await store(batch, facts.redelivers ?? true).catch((error: unknown) => {
        plans.forEach(release);
        throw error;
      });
      let index = 0;
      return planned.map((plan) => {
        if (plan === undefined) return "ignored";
        const result = results[index++];
        if (result === undefined || result.duplicate) {
          release(plan);
          return "duplicate";
        }
        handOver(channel, account, plan.entry, result.seq, nowMs);
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

function countByLane(wanted: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const lane of wanted) counts.set(lane, (counts.get(lane) ?? 0) + 1);
  return counts;
}

function release(plan: Plan): void {
  plan.release();
}
