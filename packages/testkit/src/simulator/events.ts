import type { InboundEvent } from "@loong/sdk";
import type { Machine } from "./machine.ts";
import { nameOf, type Platform } from "./platform.ts";
import type { Process } from "./process.ts";
import type { World } from "./world.ts";

const ACKNOWLEDGE_WITHIN_MS = 3_000;
const REDELIVER_AFTER_MS = [500, 2_000, 5_000, 15_000] as const;
const REDELIVER_AT_LAST_MS = 60_000;
const POLL_AGAIN_MS = 100;

/** How events reach the gateway from a platform that pushes them. */
export interface Pushing {
  /** Delivers until acknowledged, and at times once more. */
  push(event: InboundEvent): void;
  /** Delivers what was acknowledged long ago, under its old id and under a new one. */
  redeliver(event: InboundEvent): void;
}

export function createPushing(world: World, platform: Platform, machine: Machine): Pushing {
  const { dice, evidence, schedule, timeline } = world;
  const { faults } = schedule;

  function push(event: InboundEvent, attempt: number): void {
    let isOver = false;
    const again = () => {
      if (isOver || evidence.acknowledged.has(nameOf(platform, event))) return;
      isOver = true;
      timeline.at(REDELIVER_AFTER_MS[attempt] ?? REDELIVER_AT_LAST_MS, () => push(event, attempt + 1));
    };
    timeline.at(ACKNOWLEDGE_WITHIN_MS, again);
    deliver(event, again);
    if (world.hit(faults.duplicateEvent)) timeline.at(dice.between(0, 3_000), () => deliver(event));
    if (world.hit(faults.renumberedEvent)) {
      timeline.at(dice.between(0, 3_000), () => deliver({ ...event, eventId: `${event.eventId}-again` }));
    }
  }

  function deliver(event: InboundEvent, refused: () => void = () => {}): void {
    const receiver = machine.process();
    if (receiver === undefined) return refused();
    world.permissions.judge(platform, event);
    const atMs = world.wallMs();
    receiver.gateway
      .inbound(platform.channel, platform.account)
      .accept([event])
      .then(([acceptance]) => {
        if (acceptance === "stored") receiver.taken.set(nameOf(platform, event), atMs);
        return receiver.life.pass("acknowledge", event.messageId);
      })
      .then(
        () => void evidence.acknowledged.add(nameOf(platform, event)),
        (error: unknown) => {
          world.output(String(error));
          refused();
        },
      );
  }

  return {
    push: (event) => push(event, 0),
    redeliver(event) {
      world.note(`${event.messageId} comes again after hours`);
      deliver(event);
      deliver({ ...event, eventId: `${event.eventId}-late` });
    },
  };
}

/** How the gateway fetches events from a platform that waits to be asked. */
export interface Polling {
  /** This process asks from now on. */
  poll(owner: Process): void;
  /** There is something new. */
  wake(): void;
}

export function createPolling(world: World, platform: Platform): Polling {
  const { dice, evidence, timeline } = world;
  let ask = () => {};

  /** Takes what is new since the stored cursor; the cursor moves in the same commit. */
  function poll(owner: Process): void {
    const inbound = owner.gateway.inbound(platform.channel, platform.account);
    const again = () => owner.life.alive() && poll(owner);
    ask = () => {};
    void inbound.cursor().then(async (cursor) => {
      const from = Number(cursor ?? "0");
      const events = platform.events.slice(from, from + 5);
      if (events.length === 0) return void (ask = again);
      try {
        for (const event of events) world.permissions.judge(platform, event);
        const atMs = world.wallMs();
        const acceptances = await inbound.accept(events, String(from + events.length));
        for (const [index, event] of events.entries())
          if (acceptances[index] === "stored") owner.taken.set(nameOf(platform, event), atMs);
        await owner.life.pass("acknowledge", `cursor ${from + events.length}`);
        for (const event of events) evidence.acknowledged.add(nameOf(platform, event));
      } catch (error) {
        world.output(String(error));
      }
      timeline.at(POLL_AGAIN_MS, again);
    });
  }

  return { poll, wake: () => void timeline.at(dice.between(0, POLL_AGAIN_MS), () => ask()) };
}
