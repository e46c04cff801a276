import type { Bot } from "../state/actors.ts";
import type { Params } from "./params.ts";

/** One call of a bot that proved who it is. */
export interface Call {
  readonly bot: Bot;
  readonly params: Params;
  /** Aborted when the client goes away. */
  readonly gone: AbortSignal;
}

/** Gives the `result`, or throws a Refusal. */
export type Method = (call: Call) => unknown;

/** By name, written as the documentation does. */
export type Methods = Readonly<Record<string, Method>>;
