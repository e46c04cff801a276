import type { InboundEvent } from "@loong/sdk";
import { HOPELESS, POISON } from "./agent.ts";
import type { Disk } from "./disk.ts";
import { createPolling, createPushing } from "./events.ts";
import { createMachine } from "./machine.ts";
import type { Platform } from "./platform.ts";
import { ACCOUNT, type Process } from "./process.ts";
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
  const [pushed, polled] = world.platforms as readonly [Platform, Platform];
  const polling = createPolling(world, polled);
  const machine = createMachine(world, disk, (process) => polling.poll(process));
  const pushing = createPushing(world, pushed, machine);

  world.onStrike((blow) => machine.end(blow));
  machine.start();
  plan();
  await timeline.run(START_MS + PLAY_MS);
  world.calmDown();
  await rest();
  if (faults.duplicateEvent > 0) {
    timeline.at(7 * HOUR_MS, () => pushed.events.slice(0, 3).forEach((event) => pushing.redeliver(event)));
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
    ];
    for (const name of names) timeline.at(schedule.burst ? burstMs : dice.between(0, PLAY_MS / 2), () => speak(name));
    for (let index = 0; index < episodes.command; index++)
      sometime(() => speak(`command-${index}`, dice.pick(["/stop", "/new"])));
    for (let index = 0; index < schedule.strangers; index++) sometime(() => intrude(index));
    for (let index = 0; index < schedule.announcements; index++) sometime(() => announce(index));
    if (schedule.strangers > 0) sometime(approve);
    times(episodes.crash, () => machine.end("crash"));
    times(episodes.powerLoss, () => machine.end("power"));
    times(episodes.stop, machine.stop);
    times(episodes.clockJump, () => world.setClock(dice.pick([HOUR_MS, -HOUR_MS])));
    times(episodes.diskFull, () => world.forSomeSeconds((isOver) => world.fillDisk(!isOver)));
    times(episodes.accountLoss, machine.loseAccount);
  }

  function times(count: number, act: () => void): void {
    for (let index = 0; index < count; index++) sometime(act);
  }

  function sometime(act: () => void): void {
    timeline.at(dice.between(0, PLAY_MS), act);
  }

  function speak(name: string, text = name): void {
    const room = schedule.burst ? "room-1" : `room-${dice.between(1, schedule.rooms)}`;
    const platform = schedule.burst ? dice.pick([pushed, pushed, polled]) : dice.pick(world.platforms);
    const event = makeEvent(name, { id: room, type: "group" }, `user-${dice.between(1, 3)}`, text);
    platform.happen(event);
    if (platform === polled) polling.wake();
    else timeline.at(world.hit(faults.reordered) ? dice.between(0, 800) : 0, () => pushing.push(event));
  }

  function intrude(index: number): void {
    for (let again = 0; again < dice.between(1, 4); again++) {
      const name = `stranger-${index}-${again}`;
      const event = makeEvent(name, { id: `dm-${index}`, type: "direct" }, `stranger-${index}`, name);
      pushed.happen(event);
      timeline.at(again * 300, () => pushing.push(event));
    }
  }

  function makeEvent(
    id: string,
    conversation: InboundEvent["conversation"],
    sender: string,
    text: string,
  ): InboundEvent {
    const sentAtMs = timeline.now();
    return {
      eventId: `e-${id}`,
      messageId: id,
      kind: "message",
      conversation,
      sender: { id: sender },
      text,
      addressed: true,
      sentAtMs,
    };
  }

  function announce(index: number): void {
    const { name: channel } = dice.pick(world.platforms);
    const content = { type: "text", text: `announcement ${index}` } as const;
    void machine
      .process()
      ?.gateway.send({ channel, account: ACCOUNT, to: `room-${dice.between(1, schedule.rooms)}`, content })
      .then((part) => world.output(`announcement ${index} is ${part.state}`), tell);
  }

  function approve(): void {
    const request = machine.process()?.gateway.pending()[0];
    if (request === undefined) return;
    evidence.approved.add(request.senderId);
    void machine.process()?.gateway.approve({ channel: request.channel, code: request.code }).catch(tell);
  }

  function tell(error: unknown): void {
    world.output(String(error));
  }
}
