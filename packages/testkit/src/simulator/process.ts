import { type AccountFacts, createGateway, defaultSettings, type Gateway, type Journal } from "@loong/gateway";
import {
  type AgentEvent,
  LoongError,
  type OutboundMessage,
  type Receipt,
  type StreamFeature,
  type Turn,
} from "@loong/sdk";
import { simulatedStream } from "./previews.ts";
import type { World } from "./world.ts";

/** One life of the gateway. After `kill` nothing it started has any effect, and nobody hears from it again. */
export interface Process {
  readonly gateway: Gateway;
  readonly alive: () => boolean;
  kill(): void;
}

export const ACCOUNT = "main";
const SEND_TIMEOUT_MS = 30_000;
const TURN_TIMEOUT_MS = 5_000;

/** Starts the real core over simulated ports. */
export function startProcess(world: World, journal: Journal): Process {
  const { dice, timeline } = world;
  const inFlight = new Set<string>();
  let alive = true;

  const process: Process = {
    alive: () => alive,
    kill() {
      alive = false;
      for (const key of inFlight) world.disturbed.add(key);
      world.died();
    },
    gateway: createGateway(
      {
        journal: faultyJournal(),
        channels: {
          facts,
          send,
          startTyping: () => undefined,
          stopTyping: () => Promise.resolve(),
          stream,
        },
        agents: { run: answer },
        clock: {
          now: () => timeline.now(),
          setTimer: (delayMs, run) => timeline.at(Math.ceil(delayMs), () => void (alive && run())),
        },
        random: dice.roll,
        log: { debug: nothing, info: nothing, warn: nothing, error: nothing },
      },
      { ...defaultSettings, turnTimeoutMs: TURN_TIMEOUT_MS },
    ),
  };
  return process;

  /** A promise that is heard only by the living. */
  function heard<T>(promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      promise.then(
        (value) => void (alive && resolve(value)),
        (error: unknown) => void (alive && reject(error)),
      );
    });
  }

  function sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => void timeline.at(delayMs, () => void (alive && resolve())));
  }

  function facts(channel: string): AccountFacts | undefined {
    const platform = world.platforms.find((one) => one.name === channel);
    if (platform === undefined) return undefined;
    return {
      access: world.access,
      text: { maxLength: world.schedule.maxLength, unit: "utf16-units" },
      streaming: "auto",
      ...(platform.keyed ? { idempotencyWindowMs: 3_600_000 } : {}),
    };
  }

  /** Pushed answers are shown as they are written, in runs that have it. */
  function stream(channel: string): StreamFeature | undefined {
    const platform = world.platforms.find((one) => one.name === channel);
    if (platform?.keyed !== true || !world.schedule.previews) return undefined;
    return simulatedStream(world, platform.previews, sleep, (key) => inFlight.add(key));
  }

  async function send(channel: string, _account: string, message: OutboundMessage): Promise<Receipt> {
    const platform = world.platforms.find((one) => one.name === channel);
    if (platform === undefined) throw new Error("no such platform");
    const key = message.idempotencyKey;
    inFlight.add(key);
    const outcome = world.sendOutcome();
    const slow = outcome === "slow";
    const tripMs = dice.between(1, 50);
    if (outcome === "taken" || outcome === "lost-after" || slow) {
      // What has left this machine arrives, whether its sender lives or not.
      timeline.at(tripMs, () => platform.take(message, timeline.now()));
    }
    if (outcome === "lost-before" || outcome === "lost-after" || slow) world.disturbed.add(key);
    await sleep(slow ? SEND_TIMEOUT_MS + 1_000 : tripMs * 2);
    switch (outcome) {
      case "rate-limited":
        throw new LoongError("SIM_RATE_LIMITED", "too many messages", {
          outcome: "not-sent",
          retryAfterMs: dice.between(100, 5_000),
        });
      case "rejected":
        world.refused.add(key);
        throw new LoongError("SIM_REJECTED", "refused", { outcome: "rejected" });
      case "lost-before":
      case "lost-after":
        throw new LoongError("SIM_LOST", "connection reset", { outcome: "unknown" });
      case "slow":
      case "taken":
        return { messageId: `m-${key}` };
    }
  }

  async function* answer(turn: Turn, signal: AbortSignal): AsyncIterable<AgentEvent> {
    world.asked.push(turn.input.text);
    const outcome = world.agentOutcome();
    await sleep(outcome === "hangs" ? TURN_TIMEOUT_MS * 2 : dice.between(1, 400));
    signal.throwIfAborted();
    if (outcome === "fails") throw new LoongError("SIM_OVERLOADED", "busy", { outcome: "not-sent", retryAfterMs: 200 });
    if (outcome === "refuses") throw new LoongError("SIM_AUTH", "no key", { outcome: "bad-credentials" });
    yield { type: "text", delta: `answer to ${turn.input.text}` };
    if (dice.chance(0.3)) await sleep(dice.between(500, 3_000));
    signal.throwIfAborted();
    if (outcome === "breaks") throw new LoongError("SIM_CUT", "the stream was cut", { outcome: "not-sent" });
    yield { type: "text", delta: `\n\nand more about ${turn.input.text}` };
    yield { type: "done" };
  }

  /** Commits one after another, each after a short while; some are refused, and around some the process dies. */
  function faultyJournal(): Journal {
    let last: Promise<unknown> = Promise.resolve();
    const commit = <T>(apply: () => Promise<T>): Promise<T> => {
      const mine = last.then(() => attempt(apply));
      last = mine.catch(nothing);
      return heard(mine);
    };
    const attempt = async <T>(apply: () => Promise<T>): Promise<T> => {
      await sleep(dice.between(0, 3));
      const fate = world.commitFate();
      if (fate === "refused") throw new LoongError("SIM_DISK_FULL", "no space left", { outcome: "not-sent" });
      if (fate === "dies-before") process.kill();
      if (!alive) return new Promise<T>(nothing);
      const result = await apply();
      if (fate === "dies-after") process.kill();
      return result;
    };
    return {
      ...journal,
      recover: (nowMs) => commit(() => journal.recover(nowMs)),
      accept: (batch) => commit(() => journal.accept(batch)),
      startTurn: (seq, nowMs) => commit(() => journal.startTurn(seq, nowMs)),
      savePreview: (seq, preview) =>
        commit(async () => {
          await journal.savePreview(seq, preview);
          inFlight.delete(preview.replace("preview-", ""));
        }),
      settleTurn: (settlement) => commit(() => journal.settleTurn(settlement)),
      enqueue: (parts) => commit(() => journal.enqueue(parts)),
      savePart: (part) =>
        commit(async () => {
          await journal.savePart(part);
          // A send is under way until its outcome is stored: a crash before that hits it.
          if (part.state !== "sending") inFlight.delete(part.idempotencyKey);
        }),
      settlePairing: (request, allow) => commit(() => journal.settlePairing(request, allow)),
      history: (key, limit) => heard(journal.history(key, limit)),
    };
  }
}

function nothing(): void {}
