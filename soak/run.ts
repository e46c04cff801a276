// Lets one gateway serve three platforms through trouble: `pnpm soak --help`.
import { positiveNumber, runCommand, wholeNumber } from "../scripts/command-line.ts";
import { runSoak, type SoakReport } from "./campaign.ts";
import { soakFeishu } from "./feishu.ts";
import { soakTelegram } from "./telegram.ts";
import { soakWecom } from "./wecom.ts";

const TELL_EVERY_MS = 10_000;

await runCommand(
  {
    command: "pnpm soak",
    purpose: [
      "Lets one real gateway serve three simulated platforms while links drop, sends are refused or lost and events come",
      "twice; then waits until nothing is under way, and counts: every message must have its one answer.",
    ],
    examples: [
      ["", "half an hour"],
      ["--minutes 1 --seed 7", "what `pnpm test` does"],
    ],
    flags: {
      minutes: { takes: "N", default: "30", says: "how long there is trouble; the rest takes up to four more" },
      rate: { takes: "N", default: "20", says: "messages a second, on all platforms together" },
      seed: { takes: "N", default: "1", says: "chooses what goes wrong, who speaks and where" },
    },
    good: "every message was answered, and the status was true throughout",
    bad: "something was lost, said too often, or told wrongly: it is listed",
  },
  async ({ minutes, rate, ...values }, signal) => {
    const seed = wholeNumber(values.seed);
    const options = { durationMs: positiveNumber(minutes) * 60_000, messagesPerSecond: positiveNumber(rate), seed };
    const platforms = await Promise.all([soakFeishu(), soakTelegram(), soakWecom()]);
    let told = 0;
    const report = await runSoak(platforms, {
      ...options,
      signal,
      onProgress(line) {
        if (Date.now() - told < TELL_EVERY_MS) return;
        told = Date.now();
        console.log(line);
      },
    });
    await Promise.all(platforms.map((platform) => platform.close()));
    print(report);
    return isGood(report);
  },
);

function print({ platforms: rows, untruths, residentMiB, secondsToRest, exitCode }: SoakReport): void {
  console.table(
    rows.map(({ channel, messages, missing, lostOnWire, toldUnknown, tooOften, twice, disturbances }) => ({
      channel,
      messages,
      missing: missing.length,
      "lost on the wire": lostOnWire,
      "told unknown": toldUnknown,
      "too often": tooOften.length,
      "twice after a fault": twice,
      disturbances: Object.values(disturbances).reduce((sum, count) => sum + count, 0),
    })),
  );
  for (const { channel, disturbances, missing, tooOften } of rows)
    console.log(
      channel,
      JSON.stringify({ disturbances, missing: missing.slice(0, 10), tooOften: tooOften.slice(0, 10) }),
    );
  console.log(
    `resident ${residentMiB.early} MiB early, ${residentMiB.late} MiB late; at rest after ${secondsToRest} s; exit ${exitCode}`,
  );
  for (const one of untruths) console.log("the status was not true:", JSON.stringify(one));
}

function isGood({ platforms: rows, untruths, exitCode }: SoakReport): boolean {
  const whole = rows.every(({ missing, tooOften }) => missing.length === 0 && tooOften.length === 0);
  return whole && untruths.length === 0 && exitCode === 0;
}
