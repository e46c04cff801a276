import type { LoongError } from "@loong/sdk";
import type { OwnerFacts } from "../owner/index.ts";
import { crashLoop, forgetCrashes, readCrashes, recordKill } from "./crashes.ts";
import { safeModeErrors } from "./errors.ts";

/**
 * A gateway that crashed again and again, or whose journal is damaged, stays up, answers its operator, and serves nobody
 * until it is told to.
 */
export interface SafeMode {
  /** Why nothing is served; `undefined` when everything is. */
  readonly reason: LoongError | undefined;
  /** From now on nothing is served, for this reason. */
  enter(why: LoongError): void;
  /** Something explains the crashes and will not happen again. The next crash leads here again. */
  excuse(): void;
  /** @returns `false` when it was not on. */
  leave(): boolean;
}

export interface SafeModeOptions {
  /** Where crashes are kept from one start to the next. */
  readonly crashFile: string;
  /** What the gateway before this one wrote about itself last. */
  readonly last: OwnerFacts | undefined;
  /** The operator wants everything served, whatever happened. */
  readonly refused: boolean;
  readonly nowMs: number;
}

/** Whether this start is a safe one: three of the last ended without having been asked to, within five minutes. */
export function considerSafeMode({ crashFile, last, refused, nowMs }: SafeModeOptions): SafeMode {
  if (refused) forgetCrashes(crashFile);
  else recordKill(crashFile, last, nowMs);
  const loop = crashLoop(readCrashes(crashFile), nowMs);
  const latest = loop.at(-1);
  let reason = latest && safeModeErrors.HOST_SAFE_MODE([loop.length, latest.error]);
  return {
    get reason() {
      return reason;
    },
    enter(why) {
      reason = why;
    },
    excuse() {
      reason = undefined;
    },
    leave() {
      const wasOn = reason !== undefined;
      reason = undefined;
      forgetCrashes(crashFile);
      return wasOn;
    },
  };
}
