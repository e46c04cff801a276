import type { Disk } from "./disk.ts";
import type { End } from "./life.ts";
import type { Platform } from "./platform.ts";
import { type Process, startProcess } from "./process.ts";
import { START_MS, type World } from "./world.ts";

const HOUR_MS = 3_600_000;
/** An operator lets a gateway go that is still not done after this. */
const STOP_WITHIN_MS = 8_000;

/** What the gateway runs on: it starts processes one after another, and they end in its ways. */
export interface Machine {
  /** What runs now. */
  process(): Process | undefined;
  /** When the last process started, or the next one will. */
  startMs(): number;
  start(): void;
  end(how: End): void;
  /** Asks the process to stop; it starts again afterwards. */
  stop(): void;
  /** An account is not configured for some seconds. */
  loseAccount(): void;
}

/** @param onReady - Hears of each process that has recovered. */
export function createMachine(world: World, disk: Disk, onReady: (process: Process) => void): Machine {
  const { dice, evidence, schedule, timeline } = world;
  const gone = new Set<Platform>();
  let process: Process | undefined;
  let startMs = START_MS;
  let outages = schedule.episodes.outage;
  let holds = schedule.episodes.held;

  function start(): void {
    const opened = disk.open().then((journal) => {
      const started = startProcess(world, disk, journal, (platform) => !gone.has(platform), ended);
      process = started;
      if (holds-- > 0) hold(started);
      started.gateway.start().then(
        () => onReady(started),
        () => void started.life.end("crash"),
      );
    });
    timeline.standStill(opened);
  }

  function ended(how: End): void {
    world.note(`the process ends: ${how}`);
    if (how === "power") {
      disk.losePower(dice);
      evidence.powerLosses += 1;
    } else if (how === "crash") evidence.crashes += 1;
    process = undefined;
    const isOutage = how === "crash" && outages-- > 0;
    const downMs = isOutage ? dice.between(HOUR_MS / 3, 2 * HOUR_MS) : dice.between(10, 2_000);
    startMs = timeline.now() + downMs;
    timeline.at(downMs, start);
  }

  function hold({ gateway }: Process): void {
    world.forSomeSeconds((isOver) => {
      world.note(isOver ? "the process is let go" : "the process is held");
      if (isOver) gateway.letGo();
      else gateway.hold();
    });
  }

  return {
    process: () => process,
    startMs: () => startMs,
    start,
    end: (how) => void process?.life.end(how),
    stop() {
      const stopping = process;
      if (stopping === undefined) return;
      world.note("the process is asked to stop");
      void stopping.gateway.drain(2_000).then(() => stopping.life.end("stop"));
      timeline.at(STOP_WITHIN_MS, () => void stopping.life.end("crash"));
    },
    loseAccount() {
      const platform = dice.pick(world.platforms);
      const { account, channel, name, previews } = platform;
      world.forSomeSeconds((isOver) => {
        world.note(`account ${name} is ${isOver ? "back" : "gone"}`);
        // Nobody can take away what an account shows that is not there.
        for (const key of previews.open.values()) evidence.disturbed.add(key);
        if (isOver) {
          gone.delete(platform);
          process?.gateway.accountChanged(channel, account);
        } else {
          gone.add(platform);
          evidence.accountLosses += 1;
        }
      });
    },
  };
}
