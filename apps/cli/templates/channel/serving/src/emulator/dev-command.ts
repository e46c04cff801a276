import type { EmulatorCommand } from "@loong/emulator-kit";
import { type Emulator, startEmulator } from "./emulator.ts";

/** What `loong dev emulate acme` runs. */
export const emulator: EmulatorCommand = {
  id: "acme",
  describe: () => "Acme Chat with two rooms, Ada and one bot",
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
    `  loong config set channels.acme.allowFrom '["ada"]'`,
    "Speak as Ada, and read the rooms:",
    `  curl -s ${url}/_emulator/say -d '{"text":"hello"}'`,
    `  curl -s ${url}/_emulator/messages`,
  ];
}
