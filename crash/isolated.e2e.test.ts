import { createDice } from "@loong/testkit/simulator";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { SoakPlatform } from "../soak/platform.ts";
import { LAST_ANSWERS, runCrashes } from "./campaign.ts";
import type { Ending } from "./endings.ts";
import { CHANNELS, openPlatforms } from "./platforms.ts";
import { faultsIn } from "./report.ts";

const dice = createDice(7);
const moment = (): Ending => ({ how: "killed", since: "first answer", afterMs: dice.between(0, 400) });
const at = (point: string): Ending => ({ how: "at a point", point, hit: 2 });
/** Each with a call across the pipe under way. */
const ENDINGS: readonly Ending[] = [
  at("read, not stored"),
  at("stored, not acknowledged"),
  at("sending, no request yet"),
  { how: "shown, no response yet", hit: 2 },
  moment(),
  { how: "SIGTERM", afterMs: dice.between(0, 400) },
];

let platforms: readonly SoakPlatform[];
beforeAll(async () => {
  platforms = await openPlatforms(CHANNELS, "process");
});
afterAll(() => Promise.all(platforms.map((platform) => platform.close())));

test(
  `${ENDINGS.length} ends of a gateway whose channels have processes of their own: nothing is lost or seen too often`,
  { timeout: 300_000 },
  async () => {
    const report = await runCrashes(platforms, { endings: ENDINGS, seed: 7, messagesPerSecond: 10 });
    expect(faultsIn(report)).toEqual([]);
    for (const { answered } of report.platforms) expect(answered).toBeGreaterThanOrEqual(LAST_ANSWERS);
  },
);
