/** Who is answered in private: everybody; those in `allowFrom`; those an operator has approved, and `allowFrom`; nobody. */
export type DmPolicy = "open" | "allowlist" | "pairing" | "disabled";

/** Which groups are answered: every one the bot is in; those listed under `groups`, and senders in `groupAllowFrom`; none. */
export type GroupPolicy = "open" | "allowlist" | "disabled";

/** What a platform can honour, and what holds when the operator says nothing. */
export interface PolicySupport<Policy extends string> {
  readonly supported: readonly Policy[];
  /** One of `supported`. */
  readonly default: Policy;
}

/**
 * How an answer is shown while it is written: not at all; as messages of their own, paragraph by paragraph; or live, in
 * one message that grows. `auto` is live where the platform can show it, else `off`.
 */
export type StreamingMode = "auto" | "off" | "block" | "live";
