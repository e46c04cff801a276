// `pnpm crash`: gateways that are killed one after the other while people talk on three platforms; then every message
// must have its one answer. `--cycles 200 --seed 1 --rate 12 --channels feishu,telegram,wecom --isolation inline` are the
// defaults; `--term` asks each to end with SIGTERM instead. The same seed makes the same plan; when the machine comes to
// what is its own.
import { parseArgs } from "node:util";
import { createDice } from "@loong/testkit/simulator";
import { runCrashes } from "./campaign.ts";
import { planKills, planTerms } from "./endings.ts";
import { CHANNELS, openPlatforms } from "./platforms.ts";
import { faultsIn, print } from "./report.ts";

const { values } = parseArgs({
  options: {
    cycles: { type: "string", default: "200" },
    seed: { type: "string", default: "1" },
    rate: { type: "string", default: "12" },
    channels: { type: "string", default: CHANNELS.join() },
    isolation: { type: "string", default: "inline" },
    term: { type: "boolean", default: false },
  },
});
const seed = Number(values.seed);
const plan = values.term ? planTerms : planKills;
const platforms = await openPlatforms(values.channels.split(","), values.isolation);
const report = await runCrashes(platforms, {
  endings: plan(Number(values.cycles), createDice(seed)),
  seed,
  messagesPerSecond: Number(values.rate),
  onProgress: (line) => console.log(line),
});
await Promise.all(platforms.map((platform) => platform.close()));
print(report);
const faults = faultsIn(report);
for (const fault of faults) console.log(`violated: ${fault}`);
const { cycles, rate, channels, isolation, term } = values;
console.log(
  `again: pnpm crash --cycles ${cycles} --seed ${seed} --rate ${rate} --channels ${channels} --isolation ${isolation}${term ? " --term" : ""}`,
);
process.exitCode = faults.length === 0 ? 0 : 1;
