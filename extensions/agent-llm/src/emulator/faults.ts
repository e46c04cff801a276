/** What goes wrong with one request. */
export type LlmFault =
  | { readonly kind: "status"; readonly status: number; readonly retryAfterSeconds?: number; readonly body?: unknown }
  /** HTTP 200 with an error in its body. */
  | { readonly kind: "error-in-200"; readonly body: unknown }
  /** Takes the request and says nothing. */
  | { readonly kind: "hang" }
  /** Says the beginning of the answer and drops the connection. */
  | { readonly kind: "cut"; readonly afterPieces: number }
  /** Says the beginning of the answer and ends the response as if that were all. */
  | { readonly kind: "end-early"; readonly afterPieces: number }
  /** Says the beginning of the answer and then nothing more. */
  | { readonly kind: "stall"; readonly afterPieces: number }
  | { readonly kind: "empty" }
  | { readonly kind: "garbage" }
  | { readonly kind: "slow"; readonly pieceDelayMs: number };

export interface FaultPlan {
  /** The next fault, if one is due for this kind of request. */
  take(path: "chat" | "models"): LlmFault | undefined;
  add(fault: LlmFault, options?: { readonly times?: number; readonly path?: "chat" | "models" }): void;
  clear(): void;
}

export function createFaultPlan(): FaultPlan {
  let planned: { readonly fault: LlmFault; readonly path: "chat" | "models"; left: number }[] = [];
  return {
    take(path) {
      const next = planned.find((one) => one.path === path && one.left > 0);
      if (next === undefined) return undefined;
      next.left -= 1;
      return next.fault;
    },
    add(fault, { times = 1, path = "chat" } = {}) {
      planned.push({ fault, path, left: times });
    },
    clear() {
      planned = [];
    },
  };
}
