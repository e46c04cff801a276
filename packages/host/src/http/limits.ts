/** What one listener takes before it knows who is calling. Times in milliseconds. */
export const httpLimits = {
  headerBytes: 16 * 1024,
  headersMs: 10_000,
  bodyBytes: 256 * 1024,
  bodyMs: 5_000,
  /** Headers and body together, enforced by Node; a little more than their sum, so that ours answers first. */
  requestMs: 16_000,
  /** The platforms stop waiting after 3 to 10 s. */
  answerMs: 10_000,
  keepAliveMs: 30_000,
  idleSocketMs: 30_000,
  /** Of all listeners together. */
  sockets: 256,
  requestsPerSocket: 1_000,
  /** Requests of one account whose bodies are still coming in. */
  unreadPerAccount: 64,
  /** Requests of one caller within `callerWindowMs` that were not shown to be genuine. */
  unprovenRequests: 600,
  /** Requests of one caller within `callerWindowMs` that were forged; more silence the caller for `badSignaturesBlockMs`. */
  badSignatures: 20,
  callerWindowMs: 60_000,
  badSignaturesBlockMs: 60_000,
  /** How long a refused body is read away, so that the answer reaches its sender before the connection is cut. */
  lingerMs: 1_000,
} as const;

export type HttpLimits = { readonly [Name in keyof typeof httpLimits]: number };
