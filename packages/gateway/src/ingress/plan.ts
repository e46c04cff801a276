import type { InboundEvent } from "@loong/sdk";
import { laneKey } from "../conversation/keys.ts";
import { answerTo, singlePart } from "../delivery/plan.ts";
import { decide } from "../policy/decide.ts";
import { createPace, PACE_WINDOW_MS } from "../policy/pace.ts";
import type { Pairings } from "../policy/pairing.ts";
import { createTold } from "../policy/told.ts";
import type { AccountFacts, IngressEntry, OutboxPart, Ports } from "../ports.ts";
import type { GatewaySettings } from "../settings.ts";
import { notices } from "../turn/notices.ts";
import { malformed } from "./check.ts";

/** What is to be stored for one event. */
export interface Plan {
  readonly entry: IngressEntry;
  /** It was not stored, or was there before: gives back what was set aside for it. */
  readonly release: () => void;
}

type Planner = (channel: string, account: string, event: InboundEvent, facts: AccountFacts) => Plan | undefined;

interface Place {
  readonly channel: string;
  readonly account: string;
  readonly event: InboundEvent;
  readonly lane: string;
}

const nothing = () => {};

/** Decides what becomes of an event. @returns `undefined` when nothing is stored. */
export function createPlanner(ports: Ports, settings: GatewaySettings, pairings: Pairings): Planner {
  const { clock, journal, log, random } = ports;
  const { messagesPerMinute, maxEventAgeMs } = settings;
  const pace = messagesPerMinute === undefined ? undefined : createPace(messagesPerMinute);
  const toldToSlowDown = createTold(PACE_WINDOW_MS);

  function answered(place: Place): Plan {
    const { channel, account, event, lane } = place;
    if (clock.now() - event.sentAtMs > maxEventAgeMs) {
      log.warn("a message came too late to be answered", { ...who(place), sentAtMs: event.sentAtMs });
      return { entry: { event, lane, state: "denied", reason: "stale" }, release: nothing };
    }
    const entry = { event, lane, state: "new" } as const;
    if (pace === undefined) return { entry, release: nothing };
    const release = pace.take(senderKey(channel, account, event), event.sentAtMs, clock.now());
    return release === undefined ? tooFast(place, messagesPerMinute ?? 0) : { entry, release };
  }

  /** Says so once in a window, to the sender and to the room. */
  function tooFast(place: Place, perMinute: number): Plan {
    const { channel, account, event, lane } = place;
    const entry = { event, lane, state: "denied", reason: "too many messages" } as const;
    const keys = [lane, senderKey(channel, account, event)];
    if (!toldToSlowDown.first(keys, clock.now())) {
      log.debug("a message was denied", { ...who(place), reason: entry.reason });
      return { entry, release: nothing };
    }
    const allow = `loong config set gateway.messagesPerMinute ${perMinute * 3}`;
    log.warn("a message was denied", { ...who(place), reason: entry.reason, allow });
    const notice = say(`slow-${clock.now().toString(36)}-${token(random)}`, place, notices.tooFast(perMinute));
    return { entry: { ...entry, notice }, release: () => toldToSlowDown.forget(keys) };
  }

  function unpaired(place: Place): Plan {
    const { channel, account, event, lane } = place;
    const denied = { event, lane, state: "denied", reason: "pairing required" } as const;
    const { name: senderName } = event.sender;
    const stranger = { channel, account, senderId: event.sender.id, conversationId: event.conversation.id };
    const request = pairings.request(senderName === undefined ? stranger : { ...stranger, senderName });
    const allow = request === undefined ? "loong pairing list" : `loong pairing approve ${channel} ${request.code}`;
    log.warn("a message was denied", { channel, account, sender: event.sender.id, reason: denied.reason, allow });
    if (request === undefined) return { entry: denied, release: nothing };
    const notice = say(`pair-${request.code}`, place, notices.pair(request));
    return { entry: { ...denied, pairing: request, notice }, release: () => pairings.release(request) };
  }

  function say(base: string, place: Place, markdown: string): OutboxPart {
    const content = { type: "markdown", markdown } as const;
    return singlePart(base, "notice", answerTo(place), content, journal.instanceKey, clock.now());
  }

  return (channel, account, event, facts) => {
    const problem = malformed(event);
    if (problem !== undefined) {
      log.error("an event was dropped", { channel, account, reason: problem });
      return undefined;
    }
    const place = { channel, account, event, lane: laneKey(channel, account, event.conversation) };
    const paired = pairings.isPaired(channel, account, event.sender.id);
    const decision = decide(event, { access: facts.access, paired });
    switch (decision.verdict) {
      case "ignore":
        log.debug("an event is not for us", { ...who(place), reason: decision.reason });
        return undefined;
      case "deny":
        log.warn("a message was denied", { ...who(place), reason: decision.reason, allow: decision.hint });
        return { entry: { event, lane: place.lane, state: "denied", reason: decision.reason }, release: nothing };
      case "pair":
        return unpaired(place);
      case "answer":
        return answered(place);
    }
  };
}

function who({ channel, account, event }: Place) {
  return { channel, account, conversation: event.conversation.id, sender: event.sender.id };
}

function senderKey(channel: string, account: string, { sender }: InboundEvent): string {
  return JSON.stringify([channel, account, sender.id]);
}

function token(random: () => number): string {
  return Math.floor(random() * 2 ** 32).toString(36);
}
