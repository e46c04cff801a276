/** Who may write to the bot in private. */
export type DmPolicy = "open" | "allowlist" | "pairing" | "disabled";

/** Whose messages in groups the bot answers. */
export type GroupPolicy = "open" | "allowlist" | "disabled";

/** What a platform can honour, and what holds when the operator says nothing. */
export interface PolicySupport<Policy extends string> {
  readonly supported: readonly Policy[];
  readonly default: Policy;
}

/**
 * How an answer is shown while it is written: not at all; as messages of their own, paragraph by paragraph; or live, in
 * one message that grows. `auto` is live where the platform can show it, else `off`.
 */
export type StreamingMode = "auto" | "off" | "block" | "live";
