import type { IsolationLimits } from "./isolation/limits.ts";
import type { HostOptions } from "./options.ts";
import type { Wish } from "./selection/select.ts";

export interface RunGatewayOptions extends HostOptions, Wish {
  /** A prompt of the operator's own, when `terminal.stdin` is a TTY; its turns are kept under this name. */
  readonly session?: string;
  /** Instead of `gateway.port`; 0 takes any free one. */
  readonly port?: number;
  /** Logs everything. */
  readonly verbose?: boolean;
  /** Serves everything although the last gateways crashed. */
  readonly noSafeMode?: boolean;
  /** The caller starts another gateway when the report says `restart`. */
  readonly restartable?: boolean;
  /** Limits of plugins in processes of their own, where they differ from the usual ones. */
  readonly isolation?: Partial<IsolationLimits>;
  /** Aborts when the process is asked to end. */
  readonly signal: AbortSignal;
  readonly terminal: Terminal;
}

/** Where the operator is. */
export interface Terminal {
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly stdout: NodeJS.WritableStream;
  /** The log is written here as well. */
  readonly stderr: NodeJS.WritableStream;
}
