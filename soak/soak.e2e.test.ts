import { afterAll, beforeAll, expect, test } from "vitest";
import { runSoak } from "./campaign.ts";
import { soakFeishu } from "./feishu.ts";
import type { SoakPlatform } from "./platform.ts";
import { soakTelegram } from "./telegram.ts";
import { soakWecom } from "./wecom.ts";

/** The platform's waits, scaled to a minute. */
const REDELIVERY_DELAYS_MS = [1_000, 2_000, ...Array.from({ length: 30 }, () => 4_000)];

let platforms: readonly SoakPlatform[];
beforeAll(async () => {
  platforms = await Promise.all([soakFeishu(REDELIVERY_DELAYS_MS), soakTelegram(), soakWecom()]);
});
afterAll(() => Promise.all(platforms.map((platform) => platform.close())));

test(
  "a minute of trouble on three platforms: each message is answered, the status stays true",
  { timeout: 400_000 },
  async () => {
    const report = await runSoak(platforms, { durationMs: 60_000, messagesPerSecond: 20, seed: 7 });
    for (const { channel, missing, tooOften } of report.platforms)
      expect({ channel, missing, tooOften }).toEqual({ channel, missing: [], tooOften: [] });
    expect(report.untruths).toEqual([]);
    expect(report.exitCode).toBe(0);
    for (const { messages, lostOnWire, toldUnknown, disturbances } of report.platforms) {
      expect(lostOnWire).toBeLessThan(messages / 10);
      expect(toldUnknown).toBeLessThan(messages / 50);
      expect(messages).toBeGreaterThan(200);
      expect(Object.keys(disturbances).length).toBeGreaterThan(1);
    }
  },
);
