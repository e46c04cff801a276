/** What the command tells the shell. */
export const exitCodes = {
  ok: 0,
  /** It worked, and the answer is no: not healthy, not delivered. */
  notHealthy: 1,
  /** Misuse, or an error that was printed. */
  error: 2,
  /** The gateway will not start as things are (EX_CONFIG in sysexits.h): a supervisor need not try again. */
  willNotStart: 78,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

const WILL_NOT_START: ReadonlySet<string> = new Set([
  "GATEWAY_ALREADY_RUNNING",
  "GATEWAY_BIND_INVALID",
  "GATEWAY_CONFIG_UNUSABLE",
  "GATEWAY_LOCK_UNUSABLE",
  "GATEWAY_PORT_TAKEN",
  "HOST_DIRECTORY_UNSAFE",
  "HOST_WRITABLE_BY_ALL",
  "JOURNAL_CORRUPT",
  "JOURNAL_FOREIGN_FILE",
  "JOURNAL_NEWER_VERSION",
]);

export function exitCodeOf(errorCode: string): ExitCode {
  return WILL_NOT_START.has(errorCode) ? exitCodes.willNotStart : exitCodes.error;
}
