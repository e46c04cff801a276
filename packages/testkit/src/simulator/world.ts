import type { AccountAccess, Journal } from "@loong/gateway";
import type { InboundEvent } from "@loong/sdk";
import type { Dice } from "./dice.ts";
import { createPlatform, type Platform } from "./platform.ts";
import { ACCOUNT, type Process, startProcess } from "./process.ts";
import type { Schedule } from "./schedule.ts";
import { createTimeline, type Timeline } from "./timeline.ts";

type SendFate = "taken" | "rate-limited" | "rejected" | "lost-before" | "lost-after" | "slow";
type AgentFate = "answers" | "fails" | "hangs" | "refuses" | "breaks";
type CommitFate = "stored" | "refused" | "dies-before" | "dies-after";

/** Everything around the core, and everything a checker wants to know afterwards. */
export interface World {
  readonly schedule: Schedule;
  readonly dice: Dice;
  readonly timeline: Timeline;
  readonly platforms: readonly Platform[];
  readonly access: AccountAccess;
  /** Idempotency keys whose send was hit by a fault. */
  readonly disturbed: Set<string>;
  /** Idempotency keys the platform refused for good. */
  readonly refused: Set<string>;
  /** Message ids whose acknowledgement the platform got. */
  readonly acknowledged: Set<string>;
  /** The text of every turn that reached an agent. */
  readonly asked: string[];
  readonly crashes: () => number;
  sendOutcome(): SendFate;
  /** A call for a preview gets no answer. */
  isLost(): boolean;
  agentOutcome(): AgentFate;
  commitFate(): CommitFate;
  died(): void;
  /** Runs the whole schedule, then lets everything come to rest without faults. */
  play(): Promise<void>;
}

const START_MS = 1_750_000_000_000;
const ACKNOWLEDGE_WITHIN_MS = 3_000;
const REDELIVER_AFTER_MS = [500, 2_000, 5_000] as const;
const POLL_EVERY_MS = 100;
const POLL_AT_REST_MS = 10_000;
const PLAY_MS = 60_000;
const REST_MS = 30 * 60_000;

/** @param open - Opens a journal over the store of this run; a second call is a restart. */
export function createWorld(schedule: Schedule, open: () => Journal): World {
  const { dice, faults } = schedule;
  const timeline = createTimeline(START_MS);
  const pushed = createPlatform("pushed", true);
  const polled = createPlatform("polled", false);
  let process: Process | undefined;
  let crashes = 0;
  let calm = false;

  const hit = (probability: number) => !calm && dice.chance(probability);

  const world: World = {
    schedule,
    dice,
    timeline,
    platforms: [pushed, polled],
    access: {
      dmPolicy: "pairing",
      groupPolicy: "open",
      dmPolicyWritten: false,
      groupPolicyWritten: true,
      allowFrom: [],
      groupAllowFrom: [],
      groups: {},
      requireMention: true,
      configPath: "channels.simulated",
    },
    disturbed: new Set(),
    refused: new Set(),
    acknowledged: new Set(),
    asked: [],
    crashes: () => crashes,
    sendOutcome() {
      if (hit(faults.rateLimited)) return "rate-limited";
      if (hit(faults.rejected)) return "rejected";
      if (hit(faults.lostBefore)) return "lost-before";
      if (hit(faults.lostAfter)) return "lost-after";
      return hit(faults.slowSend) ? "slow" : "taken";
    },
    isLost: () => hit(faults.lostAfter),
    agentOutcome() {
      if (hit(faults.agentFails)) return "fails";
      if (hit(faults.agentHangs)) return "hangs";
      if (hit(faults.agentRefuses)) return "refuses";
      return hit(faults.agentBreaks) ? "breaks" : "answers";
    },
    commitFate() {
      if (hit(faults.commitFails)) return "refused";
      if (!hit(faults.crashAtCommit)) return "stored";
      return dice.chance(0.5) ? "dies-before" : "dies-after";
    },
    died() {
      crashes += 1;
      process = undefined;
      timeline.at(dice.between(10, 2_000), boot);
    },
    async play() {
      boot();
      for (let index = 0; index < schedule.messages; index++)
        timeline.at(dice.between(0, PLAY_MS / 2), () => speak(index));
      for (let index = 0; index < schedule.strangers; index++)
        timeline.at(dice.between(0, PLAY_MS), () => intrude(index));
      const deaths = faults.crashAnywhere > 0 ? dice.between(1, 5) : 0;
      for (let index = 0; index < deaths; index++) timeline.at(dice.between(0, PLAY_MS), () => process?.kill());
      await timeline.run(START_MS + PLAY_MS);
      calm = true;
      await timeline.run(START_MS + PLAY_MS + REST_MS);
    },
  };
  return world;

  function boot(): void {
    if (process !== undefined) return;
    const booted = startProcess(world, open());
    process = booted;
    booted.gateway.start().then(
      () => poll(booted),
      () => booted.alive() && booted.kill(),
    );
  }

  function speak(index: number): void {
    const room = `room-${dice.between(1, schedule.rooms)}`;
    const platform = dice.pick([pushed, polled]);
    const event = makeEvent(`msg-${index}`, { id: room, type: "group" }, `user-${dice.between(1, 3)}`);
    platform.happen(event);
    if (platform === pushed) push(event, 0);
  }

  function intrude(index: number): void {
    for (let again = 0; again < dice.between(1, 4); again++) {
      const event = makeEvent(`stranger-${index}-${again}`, { id: `dm-${index}`, type: "direct" }, `stranger-${index}`);
      pushed.happen(event);
      timeline.at(again * 300, () => push(event, 0));
    }
  }

  function makeEvent(id: string, conversation: InboundEvent["conversation"], sender: string): InboundEvent {
    return {
      eventId: `e-${id}`,
      messageId: id,
      kind: "message",
      conversation,
      sender: { id: sender },
      text: id,
      addressed: true,
      sentAtMs: timeline.now(),
    };
  }

  /** Delivers until acknowledged, and at times once more. */
  function push(event: InboundEvent, attempt: number): void {
    let answered = false;
    const again = () => {
      if (!answered && !world.acknowledged.has(event.messageId)) {
        answered = true;
        timeline.at(REDELIVER_AFTER_MS[attempt] ?? 10_000, () => push(event, attempt + 1));
      }
    };
    timeline.at(ACKNOWLEDGE_WITHIN_MS, again);
    deliver(event, again, () => (answered = true));
    if (hit(faults.duplicateEvent)) timeline.at(dice.between(0, 3_000), () => deliver(event));
    if (hit(faults.renumberedEvent)) {
      timeline.at(dice.between(0, 3_000), () => deliver({ ...event, eventId: `${event.eventId}-again` }));
    }
  }

  function deliver(event: InboundEvent, refused: () => void = () => {}, taken: () => void = () => {}): void {
    const receiver = process;
    if (receiver === undefined) return refused();
    receiver.gateway
      .inbound(pushed.name, ACCOUNT)
      .accept([event])
      .then(
        () => {
          if (!receiver.alive()) return;
          world.acknowledged.add(event.messageId);
          taken();
        },
        () => refused(),
      );
  }

  /** Takes what is new since the stored cursor; the cursor moves in the same commit. */
  function poll(owner: Process): void {
    if (!owner.alive()) return;
    const inbound = owner.gateway.inbound(polled.name, ACCOUNT);
    const next = () => void timeline.at(calm ? POLL_AT_REST_MS : POLL_EVERY_MS, () => poll(owner));
    inbound
      .cursor()
      .then(async (cursor) => {
        const from = Number(cursor ?? "0");
        const events = polled.events.slice(from, from + 5);
        if (events.length > 0) {
          await inbound.accept(events, String(from + events.length));
          if (owner.alive()) for (const event of events) world.acknowledged.add(event.messageId);
        }
      })
      .then(next, next);
  }
}
