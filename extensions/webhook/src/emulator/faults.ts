import { randomUUID } from "node:crypto";
import type { HookKind } from "./hooks.ts";

/** Something goes wrong with requests to hooks. */
export interface Fault {
  /** Absent: any receiver. */
  readonly kind?: HookKind;
  /** Starts with this request, counted from 1 since the fault was injected; hits it alone unless `times` says more. */
  readonly nth?: number;
  /** At most so many requests. */
  readonly times?: number;
  /** 0 to 1. */
  readonly probability?: number;
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

export interface Faults {
  /** @returns an id for `remove`. */
  inject(fault: Fault): string;
  remove(id: string): void;
  clear(): void;
  /** What happens to this request instead; counts it. */
  strike(kind: HookKind): FaultAction | undefined;
}

interface Armed {
  readonly id: string;
  readonly fault: Fault;
  seen: number;
  applied: number;
}

export function createFaults(random: () => number): Faults {
  let armed: Armed[] = [];
  return {
    inject(fault) {
      const id = randomUUID();
      armed.push({ id, fault, seen: 0, applied: 0 });
      return id;
    },
    remove(id) {
      armed = armed.filter((one) => one.id !== id);
    },
    clear() {
      armed = [];
    },
    strike(kind) {
      const matching = armed.filter(({ fault }) => fault.kind === undefined || fault.kind === kind);
      for (const one of matching) one.seen += 1;
      const hit = matching.find((one) => isDue(one, random));
      if (hit !== undefined) hit.applied += 1;
      return hit?.fault.action;
    },
  };
}

function isDue({ fault, seen, applied }: Armed, random: () => number): boolean {
  const { nth, times = nth === undefined ? Number.POSITIVE_INFINITY : 1, probability = 1 } = fault;
  if (nth !== undefined && seen < nth) return false;
  return applied < times && random() < probability;
}
