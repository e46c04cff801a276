import type { InboundEvent } from "@loong/sdk";
import { EARLY, HOPELESS, POISON } from "./agent.ts";
import type { Disk } from "./disk.ts";
import { createPolling, createPushing, type Polling, type Pushing } from "./events.ts";
import { createMachine } from "./machine.ts";
import { createOperator } from "./operator.ts";
import type { Platform } from "./platform.ts";
import type { Process } from "./process.ts";
import { START_MS, type World } from "./world.ts";

const PLAY_MS = 60_000;
/** So long after the last fault everything has come to rest: one minute of backoff, one of redelivery, and the work itself. */
const REST_MS = 3 * 60_000;
/** A message may kill three processes; several may take turns at it. */
const MOST_DEATHS_AT_REST = 20;
const HOUR_MS = 3_600_000;

/** Runs the whole schedule, then lets everything come to rest without faults. Gives the process that lives at the end. */
export async function play(world: World, disk: Disk): Promise<Process | undefined> {
  const { dice, evidence, schedule, timeline } = world;
  const { episodes, faults } = schedule;
  const pollings = new Map<Platform, Polling>();
  const pushings = new Map<Platform, Pushing>();
  const machine = createMachine(world, disk, (process) => {
    for (const polling of pollings.values()) polling.poll(process);
  });
  for (const platform of world.platforms) {
    if (platform.keyed) pushings.set(platform, createPushing(world, platform, machine));
    else pollings.set(platform, createPolling(world, platform));
  }
  const operator = createOperator(world, machine);

  world.onStrike((blow) => machine.end(blow));
  machine.start();
  plan();
  await timeline.run(START_MS + PLAY_MS);
  world.calmDown();
  await rest();
  if (faults.duplicateEvent > 0) {
    timeline.at(7 * HOUR_MS - REST_MS, operator.prune);
    timeline.at(7 * HOUR_MS, () => {
      for (const [{ events }, pushing] of pushings) events.slice(0, 3).forEach((event) => pushing.redeliver(event));
    });
    await timeline.run(timeline.now() + 7 * HOUR_MS + REST_MS);
  }
  return machine.process();

  /** Until nothing has failed for a while: messages that kill do so in calm weather too, but not for ever. */
  async function rest(): Promise<void> {
    const mostDeaths = evidence.crashes + MOST_DEATHS_AT_REST;
    const endMs = () => Math.max(START_MS + PLAY_MS, machine.startMs()) + REST_MS;
    while (timeline.now() < endMs() && evidence.crashes < mostDeaths)
      await timeline.run(Math.min(endMs(), timeline.now() + REST_MS / 6));
  }

  function plan(): void {
    const burstMs = dice.between(0, PLAY_MS / 2);
    const names = [
      ...Array.from({ length: schedule.messages }, (_, index) => `msg-${index}`),
      ...Array.from({ length: episodes.poison }, (_, index) => `${POISON}-${index}`),
      ...Array.from({ length: episodes.hopeless }, (_, index) => `${HOPELESS}-${index}`),
      ...Array.from({ length: episodes.early }, (_, index) => `${EARLY}-${index}`),
    ];
    for (const name of names) timeline.at(schedule.burst ? burstMs : dice.between(0, PLAY_MS / 2), () => speak(name));
    times(episodes.command, () => speak(dice.pick(["/stop", "/new"])));
    times(schedule.strangers, intrude);
    for (const errand of ["announce", "chat", "decide", "shutGroups", "tidy", "prune"] as const)
      times(schedule.errands[errand], operator[errand]);
    times(episodes.crash, () => machine.end("crash"));
    times(episodes.powerLoss, () => machine.end("power"));
    times(episodes.stop, machine.stop);
    times(episodes.clockJump, () => world.setClock(dice.pick([HOUR_MS, -HOUR_MS])));
    times(episodes.diskFull, () => world.forSomeSeconds((isOver) => world.fillDisk(!isOver)));
    times(episodes.accountLoss, machine.loseAccount);
  }

  function times(count: number, act: (index: number) => void): void {
    for (let index = 0; index < count; index++) timeline.at(dice.between(0, PLAY_MS), () => act(index));
  }

  function speak(text: string): void {
    const room = schedule.burst ? "room-1" : `room-${dice.between(1, schedule.rooms)}`;
    const platform = dice.pick(world.platforms);
    const event = makeEvent(platform, { id: room, type: "group" }, `user-${dice.between(1, 3)}`, text);
    platform.happen(event);
    pollings.get(platform)?.wake();
    const delayMs = world.hit(faults.reordered) ? dice.between(0, 800) : 0;
    timeline.at(delayMs, () => pushings.get(platform)?.push(event));
  }

  /** A stranger speaks some times, and comes back. Whoever is a stranger to one account is one to the other. */
  function intrude(index: number): void {
    for (const [visit, afterMs] of [0, dice.between(5_000, 15_000), dice.between(15_000, 30_000)].entries()) {
      for (let again = 0; again < dice.between(1, 3); again++)
        timeline.at(afterMs + again * 300, () => sayInPrivate(index, `stranger-${index}-${visit}-${again}`));
    }
  }

  function sayInPrivate(index: number, text: string): void {
    const [platform, pushing] = dice.pick([...pushings]);
    const event = makeEvent(platform, { id: `dm-${index}`, type: "direct" }, `stranger-${index}`, text);
    platform.happen(event);
    pushing.push(event);
  }

  function makeEvent(
    { events }: Platform,
    conversation: InboundEvent["conversation"],
    sender: string,
    text: string,
  ): InboundEvent {
    const sentAtMs = timeline.now();
    const id = String(events.length + 1);
    return {
      eventId: `e-${id}`,
      messageId: `m-${id}`,
      kind: "message",
      conversation,
      sender: { id: sender },
      text,
      addressed: true,
      sentAtMs,
    };
  }
}
