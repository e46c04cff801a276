import { isDeepStrictEqual } from "node:util";
import type { Bench } from "./bench.ts";
import { createCanaryWatch } from "./canaries.ts";
import { type Fixture, type Json, readFixtures, writtenOut } from "./fixture.ts";
import { houseGroups, looseGroups } from "./groups.ts";
import { openHouse } from "./house.ts";

/** How one fixture went. */
export interface Verdict {
  readonly id: string;
  readonly what: string;
  readonly tookMs: number;
  readonly got: Json;
  /** Empty: it is as it should be. */
  readonly faults: readonly string[];
}

export interface Campaign {
  readonly verdicts: readonly Verdict[];
  /** What is wrong beside the fixtures: a gateway that ended, a secret in its log. */
  readonly faults: readonly string[];
}

/** No input takes longer unless it is slow by its nature. Generous: what hangs, hangs for good. */
const HANGS_AFTER_MS = 30_000;
const STACK = /\n\s+at |node:internal|\.ts:\d+:\d+/;

export interface CorpusOptions {
  readonly onVerdict?: (verdict: Verdict) => void;
  /** Aborts: the gateway is ended, and nothing more is tried. */
  readonly signal?: AbortSignal;
}

/**
 * Tries the fixtures whose id begins with `only`. Inputs of the gateway come one after the other, so that its counters tell
 * what each did; the slow ones meanwhile.
 */
export async function runCorpus(only: string, options: CorpusOptions = {}): Promise<Campaign> {
  const { onVerdict = () => {}, signal } = options;
  const verdicts: Verdict[] = [];
  const faults: string[] = [];
  const settle = (verdict: Verdict) => {
    verdicts.push(verdict);
    onVerdict(verdict);
  };
  const chosen = (group: string) => readFixtures(group).filter(({ id }) => id.startsWith(only));

  async function tryAll(bench: Bench, fixtures: readonly Fixture[]): Promise<void> {
    const slow = fixtures.filter((fixture) => fixture.slow).map((fixture) => tryOne(bench, fixture).then(settle));
    for (const fixture of fixtures) if (!fixture.slow && signal?.aborted !== true) settle(await tryOne(bench, fixture));
    await Promise.all(slow);
    const fault = await bench.closes();
    if (fault !== undefined) faults.push(fault);
  }

  async function tryHouse(): Promise<void> {
    const wanted = Object.entries(houseGroups).filter(([group]) => chosen(group).length > 0);
    if (wanted.length === 0) return;
    const house = await openHouse();
    signal?.addEventListener("abort", house.operator.kills);
    try {
      signal?.throwIfAborted();
      const benches = await Promise.all(
        wanted.map(async ([group, open]) => ({ bench: await open(house), fixtures: chosen(group) })),
      );
      const slow = benches.flatMap(({ bench, fixtures }) =>
        fixtures.filter((fixture) => fixture.slow).map((fixture) => tryOne(bench, fixture).then(settle)),
      );
      for (const { bench, fixtures } of benches)
        await tryAll(
          bench,
          fixtures.filter((fixture) => !fixture.slow),
        );
      await Promise.all(slow);
    } finally {
      signal?.removeEventListener("abort", house.operator.kills);
      const code = await house.closes();
      if (code !== 0) faults.push(`the gateway ended with ${code}`);
    }
  }

  async function tryLoose(): Promise<void> {
    for (const [group, open] of Object.entries(looseGroups)) {
      const fixtures = signal?.aborted === true ? [] : chosen(group);
      if (fixtures.length > 0) await tryAll(await open(), fixtures);
    }
  }

  const ends = await Promise.allSettled([tryHouse(), tryLoose()]);
  for (const end of ends) if (end.status === "rejected") throw end.reason;
  return { verdicts: verdicts.toSorted((left, right) => (left.id < right.id ? -1 : 1)), faults };
}

async function tryOne(bench: Bench, fixture: Fixture): Promise<Verdict> {
  const { id, what, input, expect } = fixture;
  const startedAtMs = performance.now();
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error("it hangs")), HANGS_AFTER_MS);
  const verdict = (got: Json, faults: readonly string[]) => ({
    id,
    what,
    tookMs: Math.round(performance.now() - startedAtMs),
    got,
    faults,
  });
  try {
    const { is, said } = await Promise.race([bench.try(writtenOut(input), fixture), late.promise]);
    const differs = isDeepStrictEqual(plain(is), expect)
      ? []
      : [`expected ${JSON.stringify(expect)}, got ${JSON.stringify(is)}`];
    return verdict(is, [...differs, ...indiscretions(id, said)]);
  } catch (error) {
    return verdict(null, [`it threw ${error instanceof Error ? error.stack : String(error)}`]);
  } finally {
    clearTimeout(timer);
  }
}

function plain(value: Json): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}

function indiscretions(id: string, said: string): readonly string[] {
  const stack = STACK.test(said) ? ["a stack was said"] : [];
  const leaks = createCanaryWatch().search(id, said);
  return [...stack, ...leaks.map(({ name, form }) => `${name} was said ${form}`)];
}
