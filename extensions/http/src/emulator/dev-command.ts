import { parseArgs } from "node:util";
import type { EmulatorCommand } from "@loong/emulator-kit";
import { DEFAULT_SECRET, startHttpEmulator } from "./emulator.ts";

const DEFAULT_GATEWAY = "http://127.0.0.1:18789/http/messages";
const RETRY_DELAYS_MS: readonly number[] = [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000];

/**
 * `loong dev emulate http`: some application on this machine, to try the channel without writing one. It takes `--secret S`
 * and `--deliver-to URL`.
 */
export const emulator: EmulatorCommand = {
  id: "http",
  describe: () => "An application that speaks signed JSON; people in it are played with curl.",
  async start({ args, ...at }) {
    const { values } = parseArgs({
      args: [...args],
      options: { secret: { type: "string" }, "deliver-to": { type: "string" } },
    });
    const { secret = DEFAULT_SECRET, "deliver-to": deliverTo = DEFAULT_GATEWAY } = values;
    const running = await startHttpEmulator({ ...at, secret, deliverTo, retryDelaysMs: RETRY_DELAYS_MS });
    return { url: running.url, notes: notesOf(running, secret, deliverTo), close: () => running.close() };
  },
};

function notesOf({ url, callbackUrl }: { url: string; callbackUrl: string }, secret: string, deliverTo: string) {
  return [
    `Configure:  loong config set channels.http.callbackUrl ${callbackUrl}`,
    // A secret the operator chose is not repeated; the emulator's own is public.
    secret === DEFAULT_SECRET
      ? `            loong config set channels.http.secret ${secret}`
      : "            and its secret",
    `Delivers to ${deliverTo}`,
    `Say:        curl ${url}/_emulator/say -d '{"from":"Ann","text":"hello"}'`,
    `See:        curl ${url}/_emulator/shows`,
  ];
}
