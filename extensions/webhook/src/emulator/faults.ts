import { createFaultTable, type FaultScope, type FaultTable } from "@loong/emulator-kit";
import type { HookKind } from "./hooks.ts";

/** Something goes wrong with requests to hooks. */
export interface Fault extends FaultScope {
  /** Absent: any receiver. */
  readonly kind?: HookKind;
  readonly action: FaultAction;
}

/**
 * - an answer instead of the real one: a status, or an error code in the receiver's own form
 * - `retryAfterSeconds`: HTTP 429 with `Retry-After`
 * - `reset-before`, `reset-after`: the socket breaks before, or after, the request had its effect
 * - `html`: a proxy's 502 page; `hang`: no answer at all
 */
export type FaultAction =
  | { readonly status: number; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> }
  | { readonly retryAfterSeconds: number }
  | { readonly errcode: number | string; readonly errmsg?: string }
  | "reset-before"
  | "reset-after"
  | "html"
  | "hang";

export interface Faults extends Omit<FaultTable<Fault>, "strike"> {
  /** What happens to this request instead; counts it. */
  strike(kind: HookKind): FaultAction | undefined;
}

export function createFaults(random: () => number): Faults {
  const table = createFaultTable<Fault>(random);
  return { ...table, strike: (kind) => table.strike((fault) => (fault.kind ?? kind) === kind)?.action };
}
