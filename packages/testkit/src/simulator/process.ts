import { type AccountFacts, createGateway, defaultSettings, type Gateway, type Journal } from "@loong/gateway";
import { simulatedAgent, TURN_TIMEOUT_MS } from "./agent.ts";
import type { Disk } from "./disk.ts";
import { simulatedJournal } from "./journal.ts";
import { createLife, type End, type Life } from "./life.ts";
import { KEY_WINDOW_MS, type Platform } from "./platform.ts";
import { simulatedStream } from "./previews.ts";
import { leak, simulatedSend } from "./sends.ts";
import type { World } from "./world.ts";

/** The real core over simulated ports, until it dies. */
export interface Process {
  readonly gateway: Gateway;
  readonly journal: Journal;
  readonly life: Life;
  /** When it took which messages, and was heard to. */
  readonly taken: Map<string, number>;
  /** Timers of the core that have neither run nor been cancelled. */
  openTimers(): number;
}

/** @param isThere - Whether an account is configured now. */
export function startProcess(
  world: World,
  disk: Disk,
  opened: Journal,
  isThere: (platform: Platform) => boolean,
  onEnd: (how: End) => void,
): Process {
  const { dice, evidence, schedule, timeline } = world;
  const inFlight = new Set<string>();
  const taken = new Map<string, number>();
  evidence.taken.push(taken);
  const timers = new Set<object>();
  const life = createLife(world, (how) => {
    if (how === "stop") evidence.halfSent.push(...[...inFlight].filter((key) => !evidence.disturbed.has(key)));
    for (const key of inFlight) evidence.disturbed.add(key);
    onEnd(how);
  });
  const log = (level: string) => (message: string, fields?: unknown) =>
    life.alive() && world.output(`${level} ${message} ${JSON.stringify(fields ?? {})}`);

  const journal = simulatedJournal(world, disk, opened, life, {
    settled: (key) => void inFlight.delete(key),
    refused: (key) => void evidence.disturbed.add(key),
  });

  const gateway = createGateway(
    {
      journal,
      channels: {
        facts,
        send: (channel, account, message) => {
          inFlight.add(message.idempotencyKey);
          return life.heard(simulatedSend(world, platformAt(channel, account), message, life));
        },
        startTyping: () => (world.hit(schedule.faults.foreignError) ? Promise.reject(leak(world)) : undefined),
        stopTyping: () => Promise.resolve(),
        stream,
      },
      agents: { run: simulatedAgent(world, life) },
      clock: { now: () => world.wallMs(), setTimer },
      random: dice.roll,
      log: { debug: log("debug"), info: log("info"), warn: log("warn"), error: log("error") },
    },
    { ...defaultSettings, ...schedule.limits, turnTimeoutMs: TURN_TIMEOUT_MS },
  );
  return { gateway, journal, life, taken, openTimers: () => timers.size };

  function setTimer(delayMs: number, run: () => void): { cancel(): void } {
    const timer = timeline.at(Math.ceil(delayMs), () => {
      timers.delete(timer);
      if (life.alive()) run();
    });
    timers.add(timer);
    return {
      cancel() {
        timers.delete(timer);
        timer.cancel();
      },
    };
  }

  function platformAt(channel: string, account: string): Platform {
    const platform = world.platforms.find((one) => one.channel === channel && one.account === account);
    if (platform === undefined) throw new Error(`the core asked for ${channel}/${account}, which does not exist`);
    return platform;
  }

  function facts(channel: string, account: string): AccountFacts | undefined {
    if (channel === "session") return undefined;
    const platform = platformAt(channel, account);
    if (!isThere(platform)) return undefined;
    return {
      access: world.permissions.access(platform),
      text: { maxLength: schedule.maxLength, unit: "utf16-units" },
      streaming: schedule.streaming === "blocks" ? "block" : "auto",
      ...(platform.keyed ? { idempotencyWindowMs: KEY_WINDOW_MS } : {}),
    };
  }

  function stream(channel: string, account: string) {
    const { keyed, previews } = platformAt(channel, account);
    if (!keyed || schedule.streaming !== "previews") return undefined;
    return simulatedStream(world, previews, life, (key) => inFlight.add(key));
  }
}
