export { campaign, type CampaignOptions, type CampaignReport } from "./campaign.ts";
export { createDice, type Dice } from "./dice.ts";
export type { NewStore } from "./disk.ts";
export type { Violation } from "./invariants.ts";
export { everyPoint, everySeed, sampledPairs, twiceAmbiguous } from "./layers.ts";
export { type Blow, type Replay, replayArguments, type Strike } from "./replay.ts";
export { type CopiedStore, loseAndRestore } from "./restoration.ts";
export { type RunReport, simulate, type Tally } from "./simulate.ts";
export type { Point } from "./world.ts";
