/**
 * What happens at one point of a run: the process dies, the power goes, or the answer to a send gets lost on its way
 * back (at points of kind `send`).
 */
export type Blow = "crash" | "power" | "lose";

/** Points are counted from 1, in the order a run comes by them. */
export interface Strike {
  readonly at: number;
  readonly blow: Blow;
}

/**
 * One run, named: the same replay gives the same run, byte for byte.
 *
 * Without `strikes` the seed chooses the faults. With them nothing goes wrong but what they say.
 */
export interface Replay {
  readonly seed: number;
  readonly strikes?: readonly Strike[];
}

/** The arguments that name a replay on a command line: `--seed 12 --crash-at 17`. */
export function replayArguments({ seed, strikes }: Replay): string {
  const quiet = strikes?.length === 0 ? ["--calm"] : [];
  const blows = (strikes ?? []).map(({ at, blow }) => `--${blow}-at ${at}`);
  return [`--seed ${seed}`, ...quiet, ...blows].join(" ");
}
