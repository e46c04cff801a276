// `pnpm soak`: three channels under one gateway, mixed traffic, and trouble on every platform; then every message must
// have its one answer. `--minutes 30 --rate 20 --seed 1` are the defaults.
import { parseArgs } from "node:util";
import { runSoak, type SoakReport } from "./campaign.ts";
import { soakFeishu } from "./feishu.ts";
import { soakTelegram } from "./telegram.ts";
import { soakWecom } from "./wecom.ts";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "30" },
    rate: { type: "string", default: "20" },
    seed: { type: "string", default: "1" },
  },
});
const platforms = await Promise.all([soakFeishu(), soakTelegram(), soakWecom()]);
let told = 0;
const report = await runSoak(platforms, {
  durationMs: Number(values.minutes) * 60_000,
  messagesPerSecond: Number(values.rate),
  seed: Number(values.seed),
  onProgress(line) {
    if (Date.now() - told < 10_000) return;
    told = Date.now();
    console.log(line);
  },
});
await Promise.all(platforms.map((platform) => platform.close()));
print(report);
process.exitCode = isGood(report) ? 0 : 1;

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
