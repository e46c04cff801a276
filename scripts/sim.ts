// Runs the real core through seeded schedules of faults: `pnpm sim [--from N] [--seeds N]`.
import { parseArgs } from "node:util";
import { createMemoryJournal, createMemoryStore } from "@loong/journal/memory";
import { campaign, type NewStore } from "@loong/testkit/simulator";

const { values } = parseArgs({
  options: { from: { type: "string", default: "1" }, seeds: { type: "string", default: "10000" } },
});

const newStore: NewStore = (instanceKey) => {
  const store = createMemoryStore({ instanceKey });
  return () => createMemoryJournal(store);
};

const startedAtMs = performance.now();
const { failures, ...total } = await campaign(Number(values.from), Number(values.seeds), newStore, (done) => {
  if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${values.seeds} seeds`);
});
for (const { seed, violations } of failures) {
  for (const { invariant, detail } of violations) console.error(`${invariant}: ${detail}`);
  console.error(`replay: pnpm sim --from ${seed} --seeds 1\n`);
}
console.log({
  ...total,
  violations: failures.length,
  seconds: Math.round((performance.now() - startedAtMs) / 100) / 10,
});
process.exitCode = failures.length === 0 ? 0 : 1;
