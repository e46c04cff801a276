// `pnpm corpus`: every bad input there is, and what came of it. `--only webhook/B3` tries those whose id begins so.
// `--mutations 25000 --seed 1` sends so many mutated events of each platform instead.
import { monitorEventLoopDelay } from "node:perf_hooks";
import { parseArgs } from "node:util";
import { runCorpus } from "./campaign.ts";
import { runMutations } from "./mutations.ts";

const { values } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    mutations: { type: "string" },
    seed: { type: "string", default: "1" },
  },
});
const delay = monitorEventLoopDelay({ resolution: 5 });
delay.enable();
const startedAtMs = performance.now();
if (values.mutations !== undefined) {
  const { answers, faults } = await runMutations(Number(values.mutations), Number(values.seed));
  console.table(answers);
  for (const fault of faults) console.log(`BAD  ${fault}`);
  process.exit(faults.length === 0 ? 0 : 1);
}

const { verdicts, faults } = await runCorpus(values.only, ({ id, what, tookMs, faults: wrong }) => {
  console.log(`${wrong.length === 0 ? "ok  " : "BAD "} ${id.padEnd(44)} ${String(tookMs).padStart(6)} ms  ${what}`);
  for (const fault of wrong) console.log(`       ${fault}`);
});
const bad = verdicts.filter((verdict) => verdict.faults.length > 0);
const seconds = ((performance.now() - startedAtMs) / 1_000).toFixed(1);
const stallMs = Math.round(delay.max / 1e6);
console.log(
  `${verdicts.length} fixtures in ${seconds} s, ${bad.length} not as expected; longest stall here ${stallMs} ms`,
);
for (const fault of faults) console.log(`BAD  ${fault}`);
process.exitCode = verdicts.length > 0 && bad.length === 0 && faults.length === 0 ? 0 : 1;
