/** How long this channel waits for what. All in milliseconds. */
export interface Timing {
  /** For the socket to stand. */
  readonly connectMs: number;
  /** For the answer to the subscription. */
  readonly subscribeMs: number;
  /** For the acknowledgement of a frame: one takes 250 to 450 ms in quiet times. */
  readonly ackMs: number;
  /** For anything to come in after a ping, when pings are not closer together than this. */
  readonly pongMs: number;
  /** For a connection that is being opened, before a send gives up. */
  readonly readyMs: number;
  /** How long a connection opened for one send stays for the next: the platform limits how often a bot connects. */
  readonly lingerMs: number;
}

export const TIMING: Timing = {
  connectMs: 10_000,
  subscribeMs: 10_000,
  ackMs: 10_000,
  pongMs: 15_000,
  readyMs: 8_000,
  lingerMs: 1_000,
};
