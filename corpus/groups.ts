import type { Bench, OpenBench } from "./bench.ts";
import { openCliBench } from "./groups/cli.ts";
import { openConfigBench } from "./groups/config.ts";
import { openControlBench } from "./groups/control.ts";
import { openLlmBench } from "./groups/llm.ts";
import { openFramesBench, openManifestBench, openShapesBench, openSpecBench } from "./groups/plugins.ts";
import { openStateBench } from "./groups/state.ts";
import { openWebhookBench } from "./groups/webhook.ts";
import { openWecomBench } from "./groups/wecom.ts";
import type { House } from "./house.ts";

/** Tried on one running gateway, in this order. By their folder under `fixtures/`. */
export const houseGroups: Readonly<Record<string, (house: House) => Promise<Bench>>> = {
  webhook: openWebhookBench,
  "events/feishu": openWebhookBench,
  "events/http": openWebhookBench,
  "events/telegram": openWebhookBench,
  "events/wecom": openWecomBench,
  control: openControlBench,
};

/** Tried on the code itself. */
export const looseGroups: Readonly<Record<string, OpenBench>> = {
  cli: openCliBench,
  config: openConfigBench,
  llm: openLlmBench,
  "plugins/frames": openFramesBench,
  "plugins/manifest": openManifestBench,
  "plugins/shapes": openShapesBench,
  "plugins/spec": openSpecBench,
  state: openStateBench,
};
