import type { Dice } from "@loong/testkit/simulator";
import type { SoakPlatform } from "../soak/platform.ts";

/** People who talk on all platforms, whether anybody listens or not. */
export interface Traffic {
  said(platform: SoakPlatform): readonly string[];
  count(): number;
  stop(): void;
}

const STEP_MS = 40;

export function startTraffic(
  platforms: readonly SoakPlatform[],
  options: { readonly perSecond: number; readonly seed: number; readonly dice: Dice },
): Traffic {
  const { perSecond, seed, dice } = options;
  const said = new Map(platforms.map((platform) => [platform, [] as string[]]));
  const startedAt = performance.now();
  let count = 0;
  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - startedAt) / 1_000) * perSecond);
    for (; count < due; count++) {
      const platform = dice.pick(platforms);
      const text = `m${count} of seed ${seed}`;
      platform.speak(text, dice);
      said.get(platform)?.push(text);
    }
  }, STEP_MS);
  return {
    said: (platform) => said.get(platform) ?? [],
    count: () => count,
    stop: () => clearInterval(timer),
  };
}
