import { type Emulator, startEmulator } from "./emulator.ts";

/** What `loong dev emulate acme` runs. */
export interface EmulatorCommand {
  readonly id: string;
  describe(): string;
  start(options: { readonly port: number; readonly host: string; readonly args: readonly string[] }): Promise<{
    readonly url: string;
    /** Lines to show once it runs. */
    readonly notes: readonly string[];
    close(): Promise<void>;
  }>;
}

export const emulator: EmulatorCommand = {
  id: "acme",
  describe: () => "Acme Chat with two rooms and one bot",
  async start({ port, host }) {
    const running = await startEmulator({ port, host });
    return { url: running.url, notes: notes(running), close: () => running.close() };
  },
};

function notes({ url, token }: Emulator): readonly string[] {
  return [
    "Use it:",
    `  loong config set channels.acme.baseUrl ${url}`,
    `  loong config set channels.acme.token ${token}`,
    "Say something, and read the rooms:",
    "  loong channels send acme --target ops --text hello",
    `  curl -s ${url}/_emulator/messages`,
  ];
}
