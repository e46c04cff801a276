// Every bad input there is, and what came of it: `pnpm corpus --help`.
import { monitorEventLoopDelay } from "node:perf_hooks";
import { runCommand, wholeNumber } from "../scripts/command-line.ts";
import { runCorpus, type Verdict } from "./campaign.ts";
import { requireSome } from "./chosen.ts";
import { runMutations } from "./mutations.ts";

await runCommand(
  {
    command: "pnpm corpus",
    purpose: [
      "Gives a real gateway, the command and the readers of files every bad input that is known, one after the other: each must",
      "have exactly its outcome, no secret and no stack may be said, and the next good input must be taken.",
    ],
    examples: [
      ["", "all of it, a few minutes"],
      ["--only webhook", "one group; --only webhook/B3 one family of it"],
      ["--mutations 25000 --seed 2", "25,000 mutated events of each platform instead"],
    ],
    flags: {
      only: {
        takes: "ID",
        default: "",
        says: "the inputs whose id begins so; ids are the paths under corpus/fixtures",
      },
      mutations: { takes: "N", says: "proper events with bytes changed, so many for each platform" },
      seed: { takes: "N", default: "1", says: "chooses the mutations" },
    },
    good: "everything was as it should be",
    bad: "something was not: it is marked with BAD",
  },
  async ({ only, mutations, seed }, signal) =>
    mutations === undefined
      ? tryFixtures(requireSome(only), signal)
      : tryMutations(wholeNumber(mutations), wholeNumber(seed), signal),
);

async function tryMutations(count: number, seed: number, signal: AbortSignal): Promise<boolean> {
  const { answers, faults } = await runMutations(count, seed, signal);
  console.table(answers);
  for (const fault of faults) console.log(`BAD  ${fault}`);
  return faults.length === 0;
}

async function tryFixtures(only: string, signal: AbortSignal): Promise<boolean> {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const startedAtMs = performance.now();
  const { verdicts, faults } = await runCorpus(only, { signal, onVerdict: tell });
  if (signal.aborted) return false;
  const bad = verdicts.filter((verdict) => verdict.faults.length > 0);
  const seconds = ((performance.now() - startedAtMs) / 1_000).toFixed(1);
  const stallMs = Math.round(delay.max / 1e6);
  console.log(
    `${verdicts.length} fixtures in ${seconds} s, ${bad.length} not as expected; longest stall here ${stallMs} ms`,
  );
  for (const fault of faults) console.log(`BAD  ${fault}`);
  return bad.length === 0 && faults.length === 0;
}

function tell({ id, what, tookMs, faults }: Verdict): void {
  console.log(`${faults.length === 0 ? "ok  " : "BAD "} ${id.padEnd(44)} ${String(tookMs).padStart(6)} ms  ${what}`);
  for (const fault of faults) console.log(`       ${fault}`);
}
