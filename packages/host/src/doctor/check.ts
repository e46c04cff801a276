import { isLoongError, type Problem } from "@loong/sdk";

/** `note`: it works, and is worth knowing. */
export type CheckLevel = "ok" | "note" | "warn" | "fail";

/** One thing that was looked at. */
export interface Check {
  /** Stable: `"node.version"`, `"account.matrix.work.probe"`. */
  readonly id: string;
  readonly level: CheckLevel;
  readonly detail: string;
  /** What mends it. Absent when nothing is wrong. */
  readonly hint?: string;
}

export function ok(id: string, detail: string): Check {
  return { id, level: "ok", detail };
}

export function note(id: string, { code, message, hint }: Problem): Check {
  return { id, level: "note", detail: `${code}: ${message}`, ...(hint === undefined ? {} : { hint }) };
}

export function warn(id: string, detail: string, hint: string): Check {
  return { id, level: "warn", detail, hint };
}

export function fail(id: string, detail: string, hint: string): Check {
  return { id, level: "fail", detail, hint };
}

/** The failed check that an error makes. Foreign errors may carry anything, so only their class is shown. */
export function failedBy(id: string, error: unknown): Check {
  if (isLoongError(error))
    return fail(id, `${error.code}: ${error.message}`, error.hint ?? "`loong logs` has the details.");
  const name = error instanceof Error ? error.name : typeof error;
  return fail(id, `It failed unexpectedly (${name}).`, "`loong logs` has the details.");
}
