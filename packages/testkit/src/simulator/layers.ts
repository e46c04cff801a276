import { createDice } from "./dice.ts";
import type { NewStore } from "./disk.ts";
import type { Blow, Replay, Strike } from "./replay.ts";
import { simulate } from "./simulate.ts";
import type { Point } from "./world.ts";

/** Schedules whose faults are chosen by their seed: `from` … `from + count - 1`. */
export function* everySeed(from: number, count: number): Iterable<Replay> {
  for (let seed = from; seed < from + count; seed++) yield { seed };
}

/**
 * Crashes at every point of each seed's calm run, power lost at every commit that was not synced, and every send's answer
 * lost: one at a time.
 */
export async function* everyPoint(seeds: readonly number[], newStore: NewStore): AsyncIterable<Replay> {
  for (const seed of seeds) {
    for (const point of await pointsOf({ seed, strikes: [] }, newStore)) {
      for (const blow of blowsAt(point)) yield { seed, strikes: [{ at: point.at, blow }] };
    }
  }
}

/** Two strikes each, at random points of the seeds' runs: `count` of them. */
export async function* sampledPairs(
  seeds: readonly number[],
  count: number,
  newStore: NewStore,
): AsyncIterable<Replay> {
  const dice = createDice(count);
  const known = new Map<number, readonly Point[]>();
  for (let index = 0; index < count; index++) {
    const seed = dice.pick(seeds);
    const points = known.get(seed) ?? (await pointsOf({ seed, strikes: [] }, newStore));
    known.set(seed, points);
    const first = dice.pick(points);
    // The points after the first strike are those of a run that recovers, so there are as many at least.
    const at = dice.between(first.at + 1, points.length + 1);
    const second: Strike = { at, blow: dice.pick(["crash", "crash", "power"]) };
    yield { seed, strikes: [{ at: first.at, blow: dice.pick(blowsAt(first)) }, second] };
  }
}

/** Every send of the seeds' runs hit twice: its answer lost or its process dead, and the same again when it is repeated. */
export async function* twiceAmbiguous(seeds: readonly number[], newStore: NewStore): AsyncIterable<Replay> {
  for (const seed of seeds) {
    const sends = (await pointsOf({ seed, strikes: [] }, newStore)).filter(({ kind }) => SENDING.has(kind));
    for (const { at, about, kind } of sends) {
      const first: Strike = { at, blow: kind === "send" ? "lose" : "crash" };
      const again = (await pointsOf({ seed, strikes: [first] }, newStore)).filter(
        (point) => point.at > at && point.about === about && SENDING.has(point.kind),
      );
      for (const point of again.slice(0, 3)) {
        for (const blow of blowsAt(point)) yield { seed, strikes: [first, { at: point.at, blow }] };
      }
    }
  }
}

const SENDING: ReadonlySet<string> = new Set(["send", "sent", "answered"]);

function blowsAt({ kind }: Point): readonly Blow[] {
  if (kind === "written") return ["crash", "power"];
  return kind === "send" ? ["crash", "lose"] : ["crash"];
}

async function pointsOf(replay: Replay, newStore: NewStore): Promise<readonly Point[]> {
  return (await simulate(replay, newStore)).points;
}
