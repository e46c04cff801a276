import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { createDice } from "@loong/testkit/simulator";
import { createOperator, type Operator, type Running } from "../apps/cli/test/operator.ts";
import type { SoakPlatform } from "../soak/platform.ts";
import { type Ending, nameOf } from "./endings.ts";
import { type Figures, figuresOf } from "./figures.ts";
import { type StoredMessage, type StoredView, viewStored } from "./stored.ts";
import { startTraffic, type Traffic } from "./traffic.ts";
import { judge, type PlatformVerdict } from "./verdict.ts";

export interface CrashOptions {
  /** How each process ends, one after the other. Then one more has to bring everything to its end. */
  readonly endings: readonly Ending[];
  readonly seed: number;
  readonly messagesPerSecond: number;
  /** Aborts: everything that runs is ended, and the campaign rejects. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (line: string) => void;
}

export interface CrashReport {
  readonly platforms: readonly PlatformVerdict[];
  /** By the name of the ending, how often it came about. */
  readonly endings: Readonly<Record<string, number>>;
  /** Points that the process did not come to; it was killed all the same. */
  readonly missed: readonly string[];
  /** From an end to the first event that the next process stored, where it was not killed before. */
  readonly recoveryMs: Figures;
  /** From SIGTERM to the end of the process. */
  readonly stopMs: Figures;
  /** Codes of processes that were asked to end, other than 0. */
  readonly badExits: readonly (number | null)[];
  readonly residentMiB: Figures;
  readonly integrity: string;
  /** Rows that were never brought to an end. */
  readonly open: number;
  readonly secondsToRest: number;
}

const PLANT = pathToFileURL(join(import.meta.dirname, "plant.ts")).href;
const LIFE_SIGN_WITHIN_MS = 60_000;
const POINT_WITHIN_MS = 60_000;
const REST_WITHIN_MS = 240_000;
const LOOK_AT_REST_MS = 500;
/** On each platform, of the process that is not killed: however little the others lived to answer, something is seen. */
export const LAST_ANSWERS = 5;
/** A plugin's own process can keep a connection for so long after the end of its gateway. */
const OUTLIVES_MS = 1_000;
/** Time for a copy that should not come: longer than any platform waits before it delivers again. */
const LATE_COPIES_MS = 2_000;

/** How one process went. */
interface Life {
  readonly endedAtMs: number;
  readonly ending: string;
  readonly missed: boolean;
  readonly residentMiB: number;
  readonly stop?: { readonly tookMs: number; readonly code: number | null };
}

/** Real gateways on one real journal, one after the other, each cut off as planned, while people talk all the time. */
export async function runCrashes(platforms: readonly SoakPlatform[], options: CrashOptions): Promise<CrashReport> {
  const { endings, seed, messagesPerSecond, signal, onProgress = () => {} } = options;
  const dice = createDice(seed);
  const operator = createOperator(Object.assign({}, ...platforms.map(({ env }) => env)) as Record<string, string>);
  // Otherwise every start strips the types of the same sources again.
  operator.env["NODE_COMPILE_CACHE"] ??= join(dirname(operator.home), "compiled");
  operator.write(
    "config.toml",
    ['[agent]\nuse = "echo"\n\n[gateway]\nmessagesPerMinute = 0\n', ...platforms.map(({ config }) => config)].join(
      "\n",
    ),
  );
  const view = viewStored(operator.home);
  const hits = new Map<number, number>();
  const lives: Life[] = [];
  const traffic = startTraffic(platforms, { perSecond: messagesPerSecond, seed, dice });
  signal?.addEventListener("abort", operator.kills);
  try {
    for (const [index, ending] of endings.entries()) {
      const life = await live(operator, platforms, ending);
      signal?.throwIfAborted();
      lives.push(life);
      for (const seq of view.sending()) hits.set(seq, (hits.get(seq) ?? 0) + 1);
      onProgress(
        `${index + 1} of ${endings.length}: ${life.ending}; ${traffic.count()} messages, ${life.residentMiB} MiB`,
      );
    }
    const last = start(operator);
    await Promise.all(platforms.map((platform) => untilAnswers([platform], LAST_ANSWERS, last)));
    traffic.stop();
    const restedAt = Date.now();
    await untilAtRest(platforms, traffic, view, last, lives.at(-1)?.endedAtMs ?? 0);
    const secondsToRest = Math.round((Date.now() - restedAt) / 1_000);
    const stopped = await stop(last);
    signal?.throwIfAborted();
    const stops = [...lives.flatMap((life) => life.stop ?? []), stopped];
    const messages = view.messages();
    const stored = new Map(messages.map((message) => [message.text, message]));
    return {
      platforms: platforms.map((platform) =>
        judge(platform, {
          said: traffic.said(platform),
          answers: platform.answers(),
          stored,
          hits,
          endsAtMs: lives.map(({ endedAtMs }) => endedAtMs),
        }),
      ),
      endings: tally(lives.filter(({ missed }) => !missed).map(({ ending }) => ending)),
      missed: lives.filter(({ missed }) => missed).map(({ ending }) => ending),
      recoveryMs: figuresOf(recoveries(lives, messages)),
      stopMs: figuresOf(stops.map(({ tookMs }) => tookMs)),
      badExits: stops.map(({ code }) => code).filter((code) => code !== 0),
      residentMiB: figuresOf(lives.map(({ residentMiB }) => residentMiB)),
      integrity: view.integrity(),
      open: view.open(),
      secondsToRest,
    };
  } finally {
    signal?.removeEventListener("abort", operator.kills);
    traffic.stop();
    await operator.leaves();
  }
}

function start(operator: Operator, ending?: Ending): Running {
  const point = ending?.how === "at a point" ? pointOf(ending) : "";
  return operator.starts(
    `env NODE_OPTIONS=--import=${PLANT} LOONG_CRASH_POINT=${JSON.stringify(point)} loong gateway run --port 0 --no-safe-mode`,
  );
}

function pointOf({ hit, point, since }: Ending & { how: "at a point" }): string {
  return `${hit}:${point}${since === "stored" ? ":new" : ""}`;
}

/** One process, from its start to its end. */
async function live(operator: Operator, platforms: readonly SoakPlatform[], ending: Ending): Promise<Life> {
  const gateway = start(operator, ending);
  const memory = watchMemory(gateway.pid);
  let missed = false;
  let stopped: Life["stop"];
  switch (ending.how) {
    case "killed":
      if (ending.since === "first answer") await untilAnswers(platforms, 1, gateway);
      await sleep(ending.afterMs);
      gateway.signal("SIGKILL");
      break;
    case "shown, no response yet":
      // The platform is in the middle of the call: it kills before it responds.
      await untilAnswers(platforms, ending.hit, gateway, () => gateway.signal("SIGKILL"));
      break;
    case "at a point":
      missed = !(await endsWithin(gateway, POINT_WITHIN_MS));
      gateway.signal("SIGKILL");
      break;
    case "SIGTERM":
      // A plugin's process can outlive its gateway for the moment of one more answer: that is no life sign of this one.
      await gateway.waitFor("listening", LIFE_SIGN_WITHIN_MS);
      await untilAnswers(platforms, 1, gateway);
      await sleep(ending.afterMs);
      stopped = await stop(gateway);
      break;
  }
  const { code } = await gateway.ended;
  if (code !== null && stopped === undefined) throw new Error(`it ended with ${code} by itself:\n${tail(gateway)}`);
  return {
    endedAtMs: Date.now(),
    ending: nameOf(ending),
    missed,
    residentMiB: memory.stop(),
    ...(stopped === undefined ? {} : { stop: stopped }),
  };
}

async function stop(gateway: Running): Promise<NonNullable<Life["stop"]>> {
  const askedAt = performance.now();
  gateway.signal("SIGTERM");
  const { code } = await gateway.ended;
  return { tookMs: performance.now() - askedAt, code };
}

/** Resolves when the bot has said so much since now. `act` is called in the middle of the call that says the last. */
async function untilAnswers(
  platforms: readonly SoakPlatform[],
  count: number,
  gateway: Running,
  act: () => void = () => {},
): Promise<void> {
  const enough = Promise.withResolvers<void>();
  let seen = 0;
  const stops = platforms.map((platform) =>
    platform.watch(() => {
      seen += 1;
      if (seen !== count) return;
      act();
      enough.resolve();
    }),
  );
  const late = setTimeout(
    () => enough.reject(new Error(`no answer within ${LIFE_SIGN_WITHIN_MS} ms:\n${tail(gateway)}`)),
    LIFE_SIGN_WITHIN_MS,
  );
  void gateway.ended.then(() => enough.reject(new Error(`it ended before it answered:\n${tail(gateway)}`)));
  try {
    await enough.promise;
  } finally {
    clearTimeout(late);
    for (const stopWatching of stops) stopWatching();
  }
}

/** Everything that was said has come to an end that the journal knows, or died with a reader; nothing more can come. */
async function untilAtRest(
  platforms: readonly SoakPlatform[],
  traffic: Traffic,
  view: StoredView,
  gateway: Running,
  lastEndAtMs: number,
): Promise<void> {
  const deadline = Date.now() + REST_WITHIN_MS;
  const isOver = () => {
    if (view.open() > 0) return false;
    const known = new Set(view.messages().map(({ text }) => text));
    return platforms.every((platform) => {
      const written = platform.written();
      const hasReader = (text: string) => (written.get(text)?.atMs ?? Infinity) > lastEndAtMs + OUTLIVES_MS;
      return traffic.said(platform).every((text) => known.has(text) || !hasReader(text));
    });
  };
  while (Date.now() < deadline && !isOver()) {
    if (await endsWithin(gateway, LOOK_AT_REST_MS)) throw new Error(`it ended by itself:\n${tail(gateway)}`);
  }
  await sleep(LATE_COPIES_MS);
}

/** For every process that was cut off, how long until the next one stored something new. */
function recoveries(lives: readonly Life[], messages: readonly StoredMessage[]): readonly number[] {
  const times = messages.map(({ receivedAtMs }) => receivedAtMs).toSorted((a, b) => a - b);
  return lives.flatMap(({ endedAtMs }, index) => {
    const first = times.find((atMs) => atMs >= endedAtMs);
    const nextEnd = lives[index + 1]?.endedAtMs ?? Infinity;
    return first !== undefined && first <= nextEnd ? [first - endedAtMs] : [];
  });
}

const LOOK_EVERY_MS = 100;

/** The most a process held while it was looked at. */
function watchMemory(pid: number): { stop(): number } {
  let most = 0;
  const look = () => {
    try {
      const [, kibibytes = "0"] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
      most = Math.max(most, Math.round(Number(kibibytes) / 1_024));
    } catch {
      // It has ended.
    }
  };
  const timer = setInterval(look, LOOK_EVERY_MS);
  return {
    stop() {
      clearInterval(timer);
      return most;
    },
  };
}

async function endsWithin(gateway: Running, limitMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), limitMs);
  });
  const ended = await Promise.race([gateway.ended.then(() => true), late]);
  clearTimeout(timer);
  return ended;
}

function tally(names: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

function tail(gateway: Running): string {
  return gateway.output().slice(-2_000);
}

function sleep(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}
