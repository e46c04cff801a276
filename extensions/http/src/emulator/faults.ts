/** What goes wrong with a callback. */
export type FaultAction =
  | { readonly status: number; readonly retryAfterSeconds?: number }
  /** The event is taken, and its answer waits so long. */
  | { readonly slowMs: number }
  /** The connection is cut before the event is taken, or after. */
  | "reset-before"
  | "reset-after"
  /** The event is not taken and nothing is answered. */
  | "hang";

export interface CallbackFault {
  /** Which events it hits: `message` unless told. */
  readonly type?: string;
  /** How many of them: 1 unless told. */
  readonly times?: number;
  readonly action: FaultAction;
}

export interface CallbackFaults {
  inject(fault: CallbackFault): void;
  clear(): void;
  /** What happens to an event of this type. Counts it. */
  next(type: unknown): FaultAction | undefined;
}

export function createCallbackFaults(): CallbackFaults {
  const waiting: { readonly fault: CallbackFault; left: number }[] = [];
  return {
    inject: (fault) => void waiting.push({ fault, left: fault.times ?? 1 }),
    clear: () => void waiting.splice(0),
    next(type) {
      const index = waiting.findIndex(({ fault }) => (fault.type ?? "message") === type);
      const found = waiting[index];
      if (found === undefined) return undefined;
      found.left -= 1;
      if (found.left <= 0) waiting.splice(index, 1);
      return found.fault.action;
    },
  };
}
