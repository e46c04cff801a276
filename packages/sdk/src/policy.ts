/** Who may write to the bot in private. */
export type DmPolicy = "open" | "allowlist" | "pairing" | "disabled";

/** Whose messages in groups the bot answers. */
export type GroupPolicy = "open" | "allowlist" | "disabled";

/** What a platform can honour, and what holds when the operator says nothing. */
export interface PolicySupport<Policy extends string> {
  readonly supported: readonly Policy[];
  readonly default: Policy;
}
