import type { Env } from "@loong/config";

/** What every part of the host wants to know about the command that uses it. */
export interface HostOptions {
  /** `HOME`, `LOONG_HOME`, `LOONG_CONFIG` and the names that secrets point to. */
  readonly env: Env;
  /** `--config`: moves the config file and nothing else. */
  readonly configFile?: string;
  /** Package folders of the plugins that come with the command. */
  readonly bundled: readonly string[];
  /** Root of a source checkout, whose `extensions/` are plugins too. */
  readonly workspaceRoot?: string;
  readonly version: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}
