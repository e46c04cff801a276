// Runs the real core through faults on virtual time: `pnpm sim --help`.
import { orMisuse } from "./command-line.ts";
import { HELP, readArguments } from "./sim/arguments.ts";
import { runCampaign } from "./sim/campaign.ts";
import { runOne } from "./sim/one-run.ts";

/** Whether every promise held. */
async function main(): Promise<boolean> {
  const wanted = readArguments(process.argv.slice(2));
  switch (wanted.what) {
    case "help":
      process.stdout.write(HELP);
      return true;
    case "run":
      return runOne(wanted);
    case "campaign":
      return runCampaign(wanted.amounts);
  }
}

await orMisuse("pnpm sim", async () => {
  process.exitCode = (await main()) ? 0 : 1;
});
