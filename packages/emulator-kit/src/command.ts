/** What `loong dev emulate` runs: the module `<package>/emulator` of a plugin exports one as `emulator`. */
export interface EmulatorCommand {
  /** The plugin's id. */
  readonly id: string;
  /** One line on what it emulates. */
  describe(): string;
  /** @param options - `args`: what stands behind the name on the command line. `port` 0: any free one. */
  start(options: { readonly port?: number; readonly host?: string; readonly args: readonly string[] }): Promise<{
    readonly url: string;
    /** Lines to show once it runs: what to set, how to speak as a person. */
    readonly notes: readonly string[];
    close(): Promise<void>;
  }>;
}
