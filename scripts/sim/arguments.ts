import { Misuse, parse, wholeNumber } from "../command-line.ts";
import type { OneRun } from "./one-run.ts";
import type { Plant } from "./planting.ts";
import { plants } from "./plants.ts";

export const HELP = `Runs the real core of the gateway through faults, on virtual time.

  pnpm sim                        10,000 schedules, every single point, 20,000 pairs of points, 200 restored journals,
                                  every planted bug
  pnpm sim --seeds 1000000        more schedules; --from 10001 begins behind those that are known to hold
  pnpm sim --seed 12 --trace      one schedule, line by line
  pnpm sim --seed 12 --crash-at 17 --lose-at 40
                                  the calm run of a seed, with a crash at its 17th point and an answer lost at its 40th
  pnpm sim --seed 3 --trace --plant "acknowledges before it stores"
                                  the same with a bug in it

How much (0 leaves a part out):
  --seeds N         schedules whose faults are chosen by their seed: crashes, loss of power, a full disk, clocks that
                    jump, lost and refused sends, duplicates, bursts, accounts that go, while an operator talks, retries,
                    drops, prunes, and changes who may talk; default 10000
  --from N          the first seed; default 1
  --points N        calm runs whose points are struck one by one; default 20
  --pairs N         pairs of points, sampled from those runs; default 20000
  --sqlite-seeds N  schedules that run over SQLite files too; default 100
  --restores N      journals that are copied, lost and put back from the copy; default 200
  --plant-seeds N   schedules that a planted bug may take before its points are struck; default 400

One run:
  --seed N          the schedule
  --calm            nothing goes wrong but what these say, each of which can be given again:
  --crash-at N      the process dies at this point
  --power-at N      the power goes at this point
  --lose-at N       the answer to this send gets lost
  --plant NAME      with this bug planted
  --sqlite          over a SQLite file
  --trace           print what happens, with the number of each point: commit, written and synced of a transaction;
                    acknowledge; send, sent and answered; open and opened of a preview; asked, begun and ended of a turn

What must hold is in docs/delivery.md. I10, that no tool has its effect twice, is not checked: agents have no tools.
Results are on stdout, progress is on stderr. Exit code 1 for a broken promise or a planted bug that nobody noticed, 2
when what was typed cannot be used.
`;

export interface Amounts {
  readonly seeds: number;
  readonly from: number;
  readonly points: number;
  readonly pairs: number;
  readonly sqlite: number;
  readonly restores: number;
  readonly plantSeeds: number;
}

export type Wanted =
  | { readonly what: "help" }
  | { readonly what: "campaign"; readonly amounts: Amounts }
  | ({ readonly what: "run" } & OneRun);

/** @throws Misuse */
export function readArguments(args: readonly string[]): Wanted {
  const values = parse(args, {
    seeds: { type: "string", default: "10000" },
    from: { type: "string", default: "1" },
    points: { type: "string", default: "20" },
    pairs: { type: "string", default: "20000" },
    "sqlite-seeds": { type: "string", default: "100" },
    restores: { type: "string", default: "200" },
    "plant-seeds": { type: "string", default: "400" },
    seed: { type: "string" },
    calm: { type: "boolean", default: false },
    "crash-at": { type: "string", multiple: true, default: [] },
    "power-at": { type: "string", multiple: true, default: [] },
    "lose-at": { type: "string", multiple: true, default: [] },
    plant: { type: "string" },
    sqlite: { type: "boolean", default: false },
    trace: { type: "boolean", default: false },
  });
  if (values.help === true) return { what: "help" };
  if (values.seed === undefined) {
    const amounts = {
      seeds: wholeNumber(values.seeds),
      from: wholeNumber(values.from),
      points: wholeNumber(values.points),
      pairs: wholeNumber(values.pairs),
      sqlite: wholeNumber(values["sqlite-seeds"]),
      restores: wholeNumber(values.restores),
      plantSeeds: wholeNumber(values["plant-seeds"]),
    };
    return { what: "campaign", amounts };
  }
  const seed = wholeNumber(values.seed);
  const strikes = (["crash", "power", "lose"] as const).flatMap((blow) =>
    values[`${blow}-at`].map((at) => ({ at: wholeNumber(at), blow })),
  );
  const replay = values.calm || strikes.length > 0 ? { seed, strikes } : { seed };
  return { what: "run", replay, plant: plantNamed(values.plant), sqlite: values.sqlite, trace: values.trace };
}

function plantNamed(name: string | undefined): Plant | undefined {
  if (name === undefined) return undefined;
  const plant = plants.find((one) => one.name === name);
  if (plant !== undefined) return plant;
  throw new Misuse(`There is no planted bug "${name}". These are:\n${plants.map((one) => `  ${one.name}`).join("\n")}`);
}
