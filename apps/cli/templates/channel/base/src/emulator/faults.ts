/**
 * - `rate-limited`: the message is not taken, and the caller is asked to wait.
 * - `server-error`: the message is not taken, and the answer says that something broke.
 * - `response-lost`: the message is taken, and the connection breaks before the answer.
 */
export type Fault = "rate-limited" | "server-error" | "response-lost";

export const RETRY_AFTER_S = 3;

/** What the next calls meet instead of the truth, each once. */
export interface Faults {
  add(fault: Fault): void;
  take(): Fault | undefined;
}

export function createFaults(): Faults {
  const waiting: Fault[] = [];
  return { add: (fault) => void waiting.push(fault), take: () => waiting.shift() };
}
