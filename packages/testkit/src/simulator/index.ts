export { createDice, type Dice } from "./dice.ts";
export { type CampaignReport, campaign, type NewStore, type RunReport, simulate } from "./simulate.ts";
export type { Violation } from "./invariants.ts";
