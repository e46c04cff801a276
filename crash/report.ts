import type { CrashReport } from "./campaign.ts";
import type { PlatformVerdict } from "./verdict.ts";

const STOP_WITHIN_MS = 8_000;

/** Every promise that was broken, in words; none when all held. */
export function faultsIn(report: CrashReport): readonly string[] {
  const { platforms, endings, missed, badExits, integrity, open, stopMs } = report;
  const isOrderly = Object.keys(endings).every((name) => name === "SIGTERM");
  return [
    ...(isOrderly ? platforms.flatMap(disorderly) : []),
    ...platforms.flatMap(({ channel, lost, tooOften, outOfOrder }) => [
      ...lost.map((one) => `${channel} lost ${one}`),
      ...tooOften.map((one) => `${channel} showed ${one}`),
      ...outOfOrder.map((one) => `${channel} answered ${one}`),
    ]),
    ...missed.map((point) => `the process never came to: ${point}`),
    ...badExits.map((code) => `a process that was asked to end did so with ${code}`),
    ...(stopMs.max > STOP_WITHIN_MS ? [`a process took ${stopMs.max} ms to end`] : []),
    ...(integrity === "ok" ? [] : [`the journal is damaged: ${integrity}`]),
    ...(open === 0 ? [] : [`${open} rows never came to an end`]),
  ];
}

/** What only a kill excuses. */
function disorderly({ channel, swallowed, twice, heldUp, toldUnknown, givenUp }: PlatformVerdict): readonly string[] {
  return Object.entries({ swallowed, givenUp, ...(heldUp === 0 ? { twice, toldUnknown } : {}) })
    .filter(([, count]) => count > 0)
    .map(([what, count]) => `${channel}: ${count} ${what}, and no process was killed`);
}

export function print(report: CrashReport): void {
  console.table(
    report.platforms.map(({ channel, messages, answered, toldUnknown, givenUp, swallowed, ...bad }) => ({
      channel,
      messages,
      answered,
      "told unknown": toldUnknown,
      "given up": givenUp,
      "swallowed by the socket": swallowed,
      "within ms": bad.swallowedWithinMs,
      lost: bad.lost.length,
      "held up": bad.heldUp,
      "twice after a fault": bad.twice,
      "too often": bad.tooOften.length,
      "out of order": bad.outOfOrder.length,
    })),
  );
  console.table(report.endings);
  console.table({
    "recovery ms": report.recoveryMs,
    "SIGTERM to end ms": report.stopMs,
    "resident MiB": report.residentMiB,
  });
  console.log(`integrity ${report.integrity}; ${report.open} rows open; at rest after ${report.secondsToRest} s`);
}
