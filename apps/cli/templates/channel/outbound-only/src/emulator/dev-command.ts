import type { EmulatorCommand } from "@loong/emulator-kit";
import { type Emulator, startEmulator } from "./emulator.ts";

/** What `loong dev emulate acme` runs. */
export const emulator: EmulatorCommand = {
  id: "acme",
  describe: () => "Acme Chat with two rooms and one bot",
  async start(options) {
    const running = await startEmulator(options);
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
