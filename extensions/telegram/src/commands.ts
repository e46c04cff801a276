import type { Logger } from "@loong/sdk";
import type { TelegramApi } from "./api/client.ts";

const commands = [
  { command: "new", description: "Start a new conversation" },
  { command: "reset", description: "Forget this conversation" },
  { command: "stop", description: "Stop the answer that is being written" },
];

/** Fills Telegram's command menu. Answers come without it, so a failure is only noted. */
export async function showCommands(api: TelegramApi, log: Logger, signal: AbortSignal): Promise<void> {
  try {
    await api.call(({ raw, signal: limited }) => raw.setMyCommands({ commands }, limited), signal);
  } catch (error) {
    log.debug("the command menu could not be set", { error: (error as Error).message });
  }
}
