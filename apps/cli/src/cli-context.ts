import type { Env } from "@loong/config";
import type { Installation } from "./installation.ts";
import type { Output } from "./output/output.ts";
import type { Self } from "./self.ts";

/** Everything a command has from outside. */
export interface Cli {
  readonly env: Env;
  readonly stdin: NodeJS.ReadStream;
  readonly output: Output;
  /** Read when first asked for. */
  readonly installation: () => Installation;
  /** This process, for what starts it again. */
  readonly self: () => Self;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Aborts when the person or a supervisor asks the process to end. Listening for it replaces the default death. */
  readonly interrupted: () => AbortSignal;
}

/** Options of every command. */
export interface GlobalOptions {
  readonly config?: string;
}

export interface JsonOption {
  readonly json?: boolean;
}
