import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { statePaths } from "@loong/config";
import { connectControl, type ControlClient } from "@loong/host/control";
import { createDice } from "@loong/testkit/simulator";
import { createOperator } from "../apps/cli/test/operator.ts";
import type { SoakPlatform } from "./platform.ts";
import { createTruth, type Disagreement } from "./truth.ts";

export interface SoakOptions {
  readonly durationMs: number;
  readonly messagesPerSecond: number;
  readonly seed: number;
  /** Aborts: everything that runs is ended, and the campaign rejects. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (line: string) => void;
}

interface PlatformReport {
  readonly channel: string;
  readonly messages: number;
  /** Never answered, with how far each got: `"m17: pending"`, `"m18: never came"`. */
  readonly missing: readonly string[];
  /** Written into a connection that broke right after, on a platform that knows no receipts: nobody was handed these. */
  readonly lostOnWire: number;
  /** Hit by faults twice, and told as `unknown` by `loong messages list`: a third attempt could be a third copy. */
  readonly toldUnknown: number;
  /** Seen more often than anything allows: `"m17 3 times"`. */
  readonly tooOften: readonly string[];
  /** Seen twice after a fault hit that send. */
  readonly twice: number;
  readonly disturbances: Readonly<Record<string, number>>;
}

export interface SoakReport {
  readonly platforms: readonly PlatformReport[];
  /** What the status said against what the platform saw, for longer than a broken link may go unnoticed. */
  readonly untruths: readonly Disagreement[];
  readonly exitCode: number | null;
  readonly residentMiB: { readonly early: number; readonly late: number };
  readonly secondsToRest: number;
}

const STARTS_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 2_000;
/** The longest time without new trouble. */
const CALM_MS = 4_000;
const REST_WITHIN_MS = 240_000;

/** Real gateway, real plugins, three emulated platforms, and trouble all the time; then silence, and a count. */
export async function runSoak(platforms: readonly SoakPlatform[], options: SoakOptions): Promise<SoakReport> {
  const operator = createOperator(Object.assign({}, ...platforms.map(({ env }) => env)) as Record<string, string>);
  const config = [
    '[agent]\nuse = "echo"\n\n[gateway]\nmessagesPerMinute = 0\n',
    ...platforms.map(({ config }) => config),
  ].join("\n");
  operator.write("config.toml", config);
  const gateway = operator.starts("loong gateway run --port 0");
  const control = connectControl(statePaths(operator.env));
  const { signal } = options;
  signal?.addEventListener("abort", operator.kills);
  try {
    await gateway.waitFor("listening on", STARTS_WITHIN_MS);
    await untilConnected(control, platforms.length, signal);
    const said = await trouble(control, gateway.pid, platforms, options);
    for (const platform of platforms) platform.calm();
    const restedAt = Date.now();
    await untilSettled(platforms, said.messages, operator.home, signal);
    const secondsToRest = Math.round((Date.now() - restedAt) / 1_000);
    const late = residentMiB(gateway.pid);
    await operator.types("loong gateway stop");
    const heard = heardTexts(operator.home);
    return {
      platforms: platforms.map((platform) =>
        reportOf(platform, said.messages.get(platform) ?? [], said.disturbances, heard),
      ),
      untruths: said.untruths,
      exitCode: (await gateway.ended).code,
      residentMiB: { early: said.earlyMiB, late },
      secondsToRest,
    };
  } finally {
    signal?.removeEventListener("abort", operator.kills);
    await operator.leaves();
  }
}

interface Said {
  readonly messages: ReadonlyMap<SoakPlatform, readonly string[]>;
  readonly disturbances: ReadonlyMap<SoakPlatform, Record<string, number>>;
  readonly untruths: readonly Disagreement[];
  readonly earlyMiB: number;
}

async function trouble(
  control: ControlClient,
  pid: number,
  platforms: readonly SoakPlatform[],
  { durationMs, messagesPerSecond, seed, signal, onProgress = () => {} }: SoakOptions,
): Promise<Said> {
  const dice = createDice(seed);
  const messages = new Map(platforms.map((platform) => [platform, [] as string[]]));
  const disturbances = new Map<SoakPlatform, Record<string, number>>(platforms.map((platform) => [platform, {}]));
  const truth = createTruth(platforms);
  const startedAt = Date.now();
  const turns = [...platforms];
  let count = 0;
  let nextTroubleAt = startedAt + 3_000;
  let nextLookAt = startedAt;
  let earlyMiB = 0;

  while (Date.now() - startedAt < durationMs) {
    const due = Math.floor(((Date.now() - startedAt) / 1_000) * messagesPerSecond);
    for (; count < due; count++) {
      const platform = dice.pick(platforms);
      const text = `m${count} of seed ${seed}`;
      platform.speak(text, dice);
      messages.get(platform)?.push(text);
    }
    if (Date.now() >= nextTroubleAt) {
      // In turn, so that a short run leaves none in peace.
      const platform = turns.shift() ?? dice.pick(platforms);
      turns.push(platform);
      const what = platform.disturb(dice);
      const seen = disturbances.get(platform) ?? {};
      if (what !== undefined) seen[what] = (seen[what] ?? 0) + 1;
      nextTroubleAt = Date.now() + dice.between(500, CALM_MS);
    }
    if (Date.now() >= nextLookAt) {
      truth.compare(await control.status(), Date.now());
      nextLookAt = Date.now() + LOOK_EVERY_MS;
      if (earlyMiB === 0 && Date.now() - startedAt > durationMs / 4) earlyMiB = residentMiB(pid);
      onProgress(`${Math.round((Date.now() - startedAt) / 1_000)} s, ${count} messages, ${residentMiB(pid)} MiB`);
    }
    await sleep(20, undefined, { signal });
  }
  return { messages, disturbances, untruths: truth.disagreements(), earlyMiB };
}

async function untilConnected(control: ControlClient, count: number, signal?: AbortSignal): Promise<void> {
  for (let attempt = 0; attempt < 120; attempt++) {
    const { surfaces } = await control.status();
    if (surfaces.filter(({ state }) => state === "CONNECTED").length === count) return;
    await sleep(500, undefined, { signal });
  }
  throw new Error(`not all accounts are connected: ${JSON.stringify((await control.status()).surfaces)}`);
}

/** Waits until every message is answered or can no longer be, and nothing is left to send. */
async function untilSettled(
  platforms: readonly SoakPlatform[],
  messages: ReadonlyMap<SoakPlatform, readonly string[]>,
  home: string,
  signal?: AbortSignal,
): Promise<void> {
  const deadline = Date.now() + REST_WITHIN_MS;
  const isSettled = () => {
    const heard = heardTexts(home);
    const isOver = (platform: SoakPlatform) => {
      const seen = new Set(platform.answers());
      return (messages.get(platform) ?? []).every(
        (text) => heard.has(text) || seen.has(text) || platform.isLostOnWire(text),
      );
    };
    return [...heard.values()].every((outcome) => !UNDER_WAY.has(outcome)) && platforms.every(isOver);
  };
  while (Date.now() < deadline && !isSettled()) await sleep(500, undefined, { signal });
  // Late copies would come now.
  await sleep(5_000, undefined, { signal });
}

function reportOf(
  platform: SoakPlatform,
  messages: readonly string[],
  disturbances: ReadonlyMap<SoakPlatform, Record<string, number>>,
  heard: ReadonlyMap<string, Outcome>,
): PlatformReport {
  const copies = new Map<string, number>();
  for (const text of platform.answers()) copies.set(text, (copies.get(text) ?? 0) + 1);
  const seen = (text: string) => copies.get(text) ?? 0;
  const unanswered = messages.filter((text) => seen(text) === 0);
  const isLostOnWire = (text: string) => !heard.has(text) && platform.isLostOnWire(text);
  const isToldUnknown = (text: string) => heard.get(text) === "unknown" && platform.hits(text) > 1;
  const mostFor = (text: string) => (platform.mostCopies > 1 && platform.hits(text) > 0 ? platform.mostCopies : 1);
  return {
    channel: platform.channel,
    messages: messages.length,
    missing: unanswered
      .filter((text) => !isLostOnWire(text) && !isToldUnknown(text))
      .map((text) => `${text}: ${heard.get(text) ?? "never came"}`),
    lostOnWire: unanswered.filter(isLostOnWire).length,
    toldUnknown: unanswered.filter(isToldUnknown).length,
    tooOften: messages
      .filter((text) => seen(text) > 1 && seen(text) > mostFor(text))
      .map((text) => `${text} ${seen(text)} times`),
    twice: messages.filter((text) => seen(text) === 2).length,
    disturbances: disturbances.get(platform) ?? {},
  };
}

/** How far the answer to a message came, as the journal has it. */
type Outcome = "no answer" | "pending" | "sending" | "sent" | "unknown" | "dead" | "rejected";

const UNDER_WAY: ReadonlySet<Outcome> = new Set(["no answer", "pending", "sending"]);

/** Every message that the gateway has stored, by its text. */
function heardTexts(home: string): ReadonlyMap<string, Outcome> {
  const journal = new DatabaseSync(join(home, "state/journal.sqlite"), { readOnly: true });
  const rows = journal
    .prepare("SELECT inbox.body, outbox.state FROM inbox LEFT JOIN outbox ON outbox.id = inbox.seq || ':0'")
    .all() as unknown as readonly { body: string; state: Outcome | null }[];
  journal.close();
  return new Map(rows.map(({ body, state }) => [(JSON.parse(body) as { text: string }).text, state ?? "no answer"]));
}

function residentMiB(pid: number): number {
  const [, kibibytes = "0"] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Math.round(Number(kibibytes) / 1_024);
}
