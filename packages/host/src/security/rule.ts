import type { Severity } from "@loong/api";
import type { Sight } from "./sight.ts";

/** One thing that is looked for. Its id never changes: scripts and notes refer to it. */
export interface Rule {
  /** Subject and name: `"access.dm-open"`. */
  readonly id: string;
  readonly severity: Severity;
  /** What is so when it is found, as a heading. */
  readonly title: string;
  /** One sentence: what somebody could do with it. */
  readonly why: string;
  /** The command or the key that mends it, in that place. */
  readonly mend: (place: Place) => string;
  /** Runs no code of a plugin and no command, follows no link, changes nothing. */
  readonly find: (sight: Sight) => readonly Trace[] | Promise<readonly Trace[]>;
}

/** Where it is: empty where it has no such place. */
export interface Place {
  readonly key: string;
  readonly file: string;
  /** In octal, as `chmod` takes it. */
  readonly mode: string;
}

/** One place where a rule found something. */
export interface Trace {
  readonly key?: string;
  readonly file?: string;
  /** A sentence. Names places and kinds, never a secret. */
  readonly found: string;
  /** What the file's mode is to be: `--fix` may set it. */
  readonly mode?: number;
}

/** The mode of a file is wrong, and `chmod` mends it. */
export const chmod = ({ file, mode }: Place): string =>
  `Run \`chmod ${mode} ${file}\`, or \`loong security audit --fix\`.`;

export const unsetKey = ({ key }: Place): string => `Run \`loong config unset ${key}\`.`;
