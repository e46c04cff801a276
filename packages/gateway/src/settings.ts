/** What an operator may tune. The host fills it from the config file. */
export interface GatewaySettings {
  readonly systemPrompt?: string;
  /** Transcript entries given to the agent with each turn. */
  readonly historyMessages: number;
  readonly turnTimeoutMs: number;
  readonly maxConcurrentTurns: number;
  /** Over these, events are not taken (and not acknowledged) until some have ended. */
  readonly maxPendingPerLane: number;
  readonly maxPendingTotal: number;
  /** Memory that what waits may take, roughly. Absent: any. */
  readonly maxPendingBytes?: number;
  /** Messages of one sender that are answered in a minute; the others are denied. Absent: any number. */
  readonly messagesPerMinute?: number;
  /** Events older than this on arrival are stored and not answered. */
  readonly maxEventAgeMs: number;
}

export const defaultSettings: GatewaySettings = {
  historyMessages: 40,
  turnTimeoutMs: 300_000,
  maxConcurrentTurns: 8,
  maxPendingPerLane: 200,
  maxPendingTotal: 10_000,
  maxPendingBytes: 256 * 1024 * 1024,
  maxEventAgeMs: 72 * 3_600_000,
};
