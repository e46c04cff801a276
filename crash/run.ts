// Kills gateways, or ends them, while people talk: `pnpm crash --help`.
import { createDice } from "@loong/testkit/simulator";
import { Misuse, positiveNumber, runCommand, wholeNumber } from "../scripts/command-line.ts";
import { runCrashes } from "./campaign.ts";
import { planKills, planTerms } from "./endings.ts";
import { CHANNELS, openPlatforms } from "./platforms.ts";
import { faultsIn, print } from "./report.ts";

const ISOLATIONS = ["inline", "process"];

await runCommand(
  {
    command: "pnpm crash",
    purpose: [
      "Kills real gateways one after the other while people talk on simulated platforms, then counts: every message must",
      "have its one answer. The same seed makes the same plan; when the machine comes to what is its own.",
    ],
    examples: [
      ["", "200 kills, about ten minutes"],
      [
        "--cycles 20 --channels wecom --isolation process",
        "a short one on one platform, its plugin in a process of its own",
      ],
      ["--term --cycles 50", "asks each gateway to end instead"],
    ],
    flags: {
      cycles: { takes: "N", default: "200", says: "gateways that are ended" },
      seed: { takes: "N", default: "1", says: "chooses how each ends, who speaks and where" },
      rate: { takes: "N", default: "12", says: "messages a second, on all platforms together" },
      channels: { takes: "A,B", default: CHANNELS.join(), says: "the platforms" },
      isolation: { takes: "HOW", default: "inline", says: `where the channels' code runs: ${ISOLATIONS.join(" or ")}` },
      term: { says: "ends each with SIGTERM instead of killing it" },
    },
    good: "every promise held",
    bad: "a promise was broken: a line for each, and the command that does the same again",
  },
  async ({ cycles, rate, channels, isolation, term, ...values }, signal) => {
    const seed = wholeNumber(values.seed);
    const endings = (term ? planTerms : planKills)(wholeNumber(cycles), createDice(seed));
    const messagesPerSecond = positiveNumber(rate);
    for (const channel of channels.split(","))
      if (!CHANNELS.includes(channel)) throw new Misuse(`There is no platform "${channel}": ${CHANNELS.join(", ")}.`);
    if (!ISOLATIONS.includes(isolation)) throw new Misuse(`"${isolation}" is none of ${ISOLATIONS.join(", ")}.`);

    const platforms = await openPlatforms(channels.split(","), isolation);
    const report = await runCrashes(platforms, { endings, seed, messagesPerSecond, signal, onProgress: console.log });
    await Promise.all(platforms.map((platform) => platform.close()));
    print(report);
    const faults = faultsIn(report);
    for (const fault of faults) console.log(`violated: ${fault}`);
    return faults.length === 0;
  },
);
