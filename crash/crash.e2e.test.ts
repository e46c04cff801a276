import { afterAll, beforeAll, expect, test } from "vitest";
import { createDice } from "@loong/testkit/simulator";
import type { SoakPlatform } from "../soak/platform.ts";
import { LAST_ANSWERS, runCrashes } from "./campaign.ts";
import { planKills, planTerms } from "./endings.ts";
import { CHANNELS, openPlatforms } from "./platforms.ts";
import { POINTS } from "./points.ts";
import { faultsIn } from "./report.ts";

const KILLS = 20;
const TERMS = 3;

let platforms: readonly SoakPlatform[];
beforeAll(async () => {
  platforms = await openPlatforms(CHANNELS);
});
afterAll(() => Promise.all(platforms.map((platform) => platform.close())));

test(
  `${KILLS} kills and ${TERMS} SIGTERMs on three platforms: nothing is lost, nothing is seen too often, order is kept`,
  { timeout: 300_000 },
  async () => {
    const dice = createDice(3);
    const endings = [...planKills(KILLS, dice), ...planTerms(TERMS, dice)];
    const report = await runCrashes(platforms, { endings, seed: 3, messagesPerSecond: 15 });
    expect(faultsIn(report)).toEqual([]);
    expect(Object.keys(report.endings)).toEqual(expect.arrayContaining(POINTS.map(({ name }) => name)));
    expect(report.stopMs.count).toBe(TERMS + 1);
    expect(report.recoveryMs.count).toBeGreaterThan(KILLS / 4);
    for (const { answered } of report.platforms) expect(answered).toBeGreaterThanOrEqual(LAST_ANSWERS);
  },
);
