/** What a plugin in a process of its own may take. */
export interface IsolationLimits {
  /** Of one message that the plugin's process sends. */
  readonly messageBytes: number;
  /** Calls of the plugin into the gateway that are under way at one time. */
  readonly calls: number;
  /** Log lines in a second; what is more is counted. */
  readonly logLines: number;
  /** What V8 may keep: more ends the process from inside. */
  readonly heapMegabytes: number;
  /** All of the process's memory: buffers are not on the heap. */
  readonly residentBytes: number;
  readonly loadMs: number;
  /** Between two looks at the process. */
  readonly beatMs: number;
  /** So many looks without an answer, and its event loop hangs. */
  readonly missedBeats: number;
  /** How long a call that was aborted may go on. */
  readonly cancelMs: number;
  readonly closeMs: number;
  /** So many deaths within `deathsMs`, and it is not started again by itself. */
  readonly deaths: number;
  readonly deathsMs: number;
}

export const isolationLimits: IsolationLimits = {
  messageBytes: 2 * 1024 * 1024,
  calls: 1_000,
  logLines: 200,
  heapMegabytes: 256,
  residentBytes: 512 * 1024 * 1024,
  loadMs: 20_000,
  beatMs: 1_000,
  missedBeats: 5,
  cancelMs: 10_000,
  closeMs: 1_000,
  deaths: 3,
  deathsMs: 10 * 60_000,
};
