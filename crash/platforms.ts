import { soakFeishu } from "../soak/feishu.ts";
import type { SoakPlatform } from "../soak/platform.ts";
import { soakTelegram } from "../soak/telegram.ts";
import { soakWecom } from "../soak/wecom.ts";

/** The platform's waits, scaled so that a second holds what an hour would, and enough of them for any campaign. */
const REDELIVERY_DELAYS_MS = [300, 600, 1_200, ...Array.from({ length: 500 }, () => 1_500)];

const OPENERS: Readonly<Record<string, () => Promise<SoakPlatform>>> = {
  feishu: () => soakFeishu(REDELIVERY_DELAYS_MS),
  telegram: soakTelegram,
  wecom: soakWecom,
};

export const CHANNELS: readonly string[] = Object.keys(OPENERS);

/**
 * @param isolation - Where the channels' code runs: `inline` or `process`.
 * @throws when a channel has no platform here.
 */
export function openPlatforms(channels: readonly string[], isolation = "inline"): Promise<readonly SoakPlatform[]> {
  return Promise.all(
    channels.map(async (channel) => {
      const open = OPENERS[channel];
      if (open === undefined) throw new Error(`there is no platform for "${channel}": ${CHANNELS.join(", ")}`);
      const platform = await open();
      return { ...platform, config: `${platform.config}\n[plugins.entries.${channel}]\nisolation = "${isolation}"\n` };
    }),
  );
}
