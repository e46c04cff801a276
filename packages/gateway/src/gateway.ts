import type { Acceptance, AgentEvent, InboundEvent, OutboundContent } from "@loong/sdk";
import { chatTurn } from "./chat.ts";
import { commandOf } from "./turn/commands.ts";
import { targetLane } from "./conversation/keys.ts";
import { createLanes } from "./conversation/lanes.ts";
import { createDelivery } from "./delivery/deliver.ts";
import { planParts } from "./delivery/plan.ts";
import { gatewayErrors } from "./errors.ts";
import { createIngress } from "./ingress/accept.ts";
import { createOperations, type Operations } from "./operations.ts";
import { createPairings, type PairingChoice, REMEMBER_EXPIRED_MS } from "./policy/pairing.ts";
import type { AllowEntry, InboxRow, JournalCounts, OutboxPart, PairingRequest, Ports } from "./ports.ts";
import type { GatewaySettings } from "./settings.ts";
import { steadyClock } from "./steady-clock.ts";
import { notices } from "./turn/notices.ts";
import { createTurns, MAX_CRASHES, TurnReturned, TurnStopped } from "./turn/turns.ts";

const SEND_WAIT_MS = 60_000;
/** The clock may have been set back since the times were stored that open messages wait for. */
const LONGEST_WAIT_AT_START_MS = 60_000;

/** The way into the gateway for one account. */
export interface AccountInbound {
  /** Resolves once stored with fsync; only then acknowledge. */
  accept(events: readonly InboundEvent[], cursor?: string): Promise<readonly Acceptance[]>;
  cursor(): Promise<string | undefined>;
}

/** Words an operator or a program wants said. */
export interface SendRequest {
  readonly channel: string;
  readonly account: string;
  readonly to: string;
  readonly threadId?: string;
  readonly content: OutboundContent;
}

export interface Load extends JournalCounts {
  readonly runningTurns: number;
  /** Conversations with something waiting. */
  readonly lanes: number;
}

interface Recovered {
  /** Messages that killed the process too often: they are given up. */
  readonly poisoned: number;
}

export interface Gateway {
  readonly operations: Operations;
  /** Recovers what the last process left open, then runs it. Call once, before anything else. */
  start(): Promise<Recovered>;
  /** Runs no turn and sends nothing until `letGo`; what is stored stays there. Before `start`: from the first moment on. */
  hold(): void;
  letGo(): void;
  inbound(channel: string, account: string): AccountInbound;
  /** Stores the words, sends them, and resolves with how the last part ended, or how it stands after a minute. */
  send(request: SendRequest): Promise<OutboxPart>;
  /** One turn of an operator's own conversation. */
  chat(session: string, text: string, signal: AbortSignal): AsyncIterable<AgentEvent>;
  /** The account has new credentials or a new connection: what waited for it is tried now. */
  accountChanged(channel: string, account: string): void;
  pending(): readonly PairingRequest[];
  allowed(): readonly AllowEntry[];
  /** Lets the sender talk in private, and tells them so. */
  approve(choice: PairingChoice): Promise<PairingRequest>;
  reject(choice: PairingChoice): Promise<PairingRequest>;
  revoke(channel: string, account: string | undefined, senderId: string): Promise<void>;
  load(): Promise<Load>;
  /**
   * Starts nothing more, lets sends and, for `graceMs`, turns end; aborted turns run again after the next start, and so does
   * what still comes and is stored.
   */
  rest(graceMs: number): Promise<void>;
  /** Takes nothing more, and rests. */
  drain(graceMs: number): Promise<void>;
}

/** The five stages in order: ingress → policy → conversation → turn → delivery. Values flow one way. */
export function createGateway(given: Ports, settings: GatewaySettings): Gateway {
  const ports = { ...given, clock: steadyClock(given.clock) };
  const { channels, clock, journal, random } = ports;
  const delivery = createDelivery(ports);
  const lanes = createLanes(clock, settings.maxConcurrentTurns, createTurns(ports, settings, delivery));
  const pairings = createPairings(journal, clock, random);
  const ingress = createIngress(ports, settings, pairings, { lanes, delivery, stored });

  function stored(row: InboxRow): void {
    if (commandOf(row.event.text) === "stop") lanes.interrupt(row.lane, new TurnStopped("stopped in the room"));
    lanes.add(row);
  }

  /** Parts that no turn made. */
  function plan(base: string, kind: OutboxPart["kind"], request: SendRequest): readonly OutboxPart[] {
    const facts = channels.facts(request.channel, request.account);
    if (facts === undefined) throw gatewayErrors.GATEWAY_ACCOUNT_GONE([request.channel, request.account]);
    const { content, ...place } = request;
    const lane = targetLane(request.channel, request.account, request.to, request.threadId);
    return planParts(base, kind, { ...place, lane }, content, facts.text, journal.instanceKey, clock.now());
  }

  function welcomeTo({ channel, account, conversationId: to, code }: PairingRequest): readonly OutboxPart[] {
    if (channels.facts(channel, account) === undefined) return [];
    const content = { type: "markdown", markdown: notices.paired } as const;
    return plan(`paired-${code}`, "notice", { channel, account, to, content });
  }

  return {
    operations: createOperations(ports, delivery, (row) => lanes.add(row)),
    async start() {
      const open = await journal.recover(clock.now() - REMEMBER_EXPIRED_MS);
      pairings.restore(open.pairings, open.allowed);
      const latestMs = clock.now() + LONGEST_WAIT_AT_START_MS;
      delivery.recover(open.outbox.map((part) => ({ ...part, nextAtMs: Math.min(part.nextAtMs, latestMs) })));
      for (const row of open.inbox) lanes.add({ ...row, nextAtMs: Math.min(row.nextAtMs, latestMs) });
      ingress.open();
      return { poisoned: open.inbox.filter(({ crashes }) => crashes >= MAX_CRASHES).length };
    },
    hold() {
      lanes.hold();
      delivery.hold();
    },
    letGo() {
      lanes.letGo();
      delivery.letGo();
    },
    inbound: (channel, account) => ({
      accept: (events, cursor) => ingress.accept(channel, account, events, cursor),
      cursor: () => journal.cursor(channel, account),
    }),
    async send(request) {
      const base = `p${clock.now().toString(36)}${Math.floor(random() * 2 ** 40).toString(36)}`;
      const parts = plan(base, "proactive", request);
      const last = parts.at(-1);
      if (last === undefined) throw gatewayErrors.GATEWAY_NOTHING_TO_SEND([]);
      await journal.enqueue(parts);
      const ended = delivery.ended(last.id);
      delivery.add(parts);
      return Promise.race([ended, standsAfter(SEND_WAIT_MS, last.id)]);
    },
    chat: (session, text, signal) => chatTurn(ports, settings, session, text, signal),
    accountChanged: (channel, account) => delivery.wake(channel, account),
    pending: () => pairings.pending(),
    allowed: () => pairings.allowed(),
    async approve(choice) {
      const request = pairings.choose(choice);
      const welcome = welcomeTo(request);
      await pairings.approve(request, welcome);
      delivery.add(welcome);
      return request;
    },
    async reject(choice) {
      const request = pairings.choose(choice);
      await pairings.reject(request);
      return request;
    },
    revoke: (channel, account, senderId) => pairings.revoke(channel, account, senderId),
    async load() {
      return { ...(await journal.counts()), runningTurns: lanes.running(), lanes: lanes.count() + delivery.lanes() };
    },
    rest,
    drain(graceMs) {
      ingress.close();
      return rest(graceMs);
    },
  };

  async function rest(graceMs: number): Promise<void> {
    await lanes.drain(graceMs, new TurnReturned("the gateway is stopping"));
    await delivery.drain();
  }

  function standsAfter(waitMs: number, partId: string): Promise<OutboxPart> {
    return new Promise((resolve, reject) => {
      clock.setTimer(waitMs, () => {
        journal
          .part(partId)
          .then(
            (part) => (part === undefined ? reject(gatewayErrors.GATEWAY_MESSAGE_UNKNOWN([partId])) : resolve(part)),
            reject,
          );
      });
    });
  }
}
