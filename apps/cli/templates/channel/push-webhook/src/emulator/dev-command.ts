import type { EmulatorCommand } from "@loong/emulator-kit";
import { type Emulator, startEmulator } from "./emulator.ts";

/** Where a gateway on this machine listens unless it is told otherwise. */
const GATEWAY = "http://127.0.0.1:18789/acme/events";

/** What `loong dev emulate acme` runs. */
export const emulator: EmulatorCommand = {
  id: "acme",
  describe: () => "Acme Chat with two rooms, Ada and one bot, which posts events to the address given after its name",
  async start({ args: [address = GATEWAY], ...at }) {
    const running = await startEmulator(at);
    running.delivery.deliverTo(address);
    return { url: running.url, notes: notes(running, address), close: () => running.close() };
  },
};

function notes({ url, token, delivery }: Emulator, address: string): readonly string[] {
  return [
    `Events go to ${address}. Use it:`,
    `  loong config set channels.acme.baseUrl ${url}`,
    `  loong config set channels.acme.token ${token}`,
    `  loong config set channels.acme.signingSecret ${delivery.signingSecret}`,
    `  loong config set channels.acme.allowFrom '["ada"]'`,
    "Speak as Ada, and read the rooms:",
    `  curl -s ${url}/_emulator/say -d '{"text":"hello"}'`,
    `  curl -s ${url}/_emulator/messages`,
  ];
}
