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
  readonly life: Life;
  /** Timers of the core that have neither run nor been cancelled. */
  openTimers(): number;
}

export const ACCOUNT = "main";

/** @param isThere - Whether the account of a channel is configured now. */
export function startProcess(
  world: World,
  disk: Disk,
  journal: Journal,
  isThere: (channel: string) => boolean,
  onEnd: (how: End) => void,
): Process {
  const { dice, evidence, schedule, timeline } = world;
  const inFlight = new Set<string>();
  const timers = new Set<object>();
  const life = createLife(world, (how) => {
    if (how === "stop") evidence.halfSent.push(...[...inFlight].filter((key) => !evidence.disturbed.has(key)));
    for (const key of inFlight) evidence.disturbed.add(key);
    onEnd(how);
  });
  const log = (level: string) => (message: string, fields?: unknown) =>
    life.alive() && world.output(`${level} ${message} ${JSON.stringify(fields ?? {})}`);

  const gateway = createGateway(
    {
      journal: simulatedJournal(world, disk, journal, life, {
        settled: (key) => void inFlight.delete(key),
        refused: (key) => void evidence.disturbed.add(key),
      }),
      channels: {
        facts,
        send: (channel, _account, message) => {
          inFlight.add(message.idempotencyKey);
          return life.heard(simulatedSend(world, platformOf(channel), message, life));
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
  return { gateway, life, openTimers: () => timers.size };

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

  function platformOf(channel: string): Platform {
    const platform = world.platforms.find(({ name }) => name === channel);
    if (platform === undefined) throw new Error(`the core asked for ${channel}, which does not exist`);
    return platform;
  }

  function facts(channel: string): AccountFacts | undefined {
    if (!isThere(channel)) return undefined;
    return {
      access: world.access,
      text: { maxLength: schedule.maxLength, unit: "utf16-units" },
      streaming: schedule.streaming === "blocks" ? "block" : "auto",
      ...(platformOf(channel).keyed ? { idempotencyWindowMs: KEY_WINDOW_MS } : {}),
    };
  }

  function stream(channel: string) {
    const { keyed, previews } = platformOf(channel);
    if (!keyed || schedule.streaming !== "previews") return undefined;
    return simulatedStream(world, previews, life, (key) => inFlight.add(key));
  }
}
