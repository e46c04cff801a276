import type { EmulatorCommand } from "@loong/emulator-kit";
import { startTelegramEmulator, type TelegramEmulator } from "./emulator.ts";
import { DEFAULT_BOT } from "./options.ts";

export const emulator: EmulatorCommand = {
  id: "telegram",
  describe: () => "Telegram Bot API: long polling, webhooks, files and a control API on one port",
  async start({ port, host }) {
    const running = await startTelegramEmulator({
      ...(port === undefined ? {} : { port }),
      ...(host === undefined ? {} : { host }),
    });
    const ada = running.user("Ada", { username: "ada_l" });
    running.directChat("Ada", DEFAULT_BOT.username);
    const ops = running.group("Ops", ["Ada"], [DEFAULT_BOT.username]);
    return { url: running.url, notes: notes(running, ada.userId, ops.chatId), close: () => running.close() };
  },
};

function notes({ url }: TelegramEmulator, userId: number, groupId: number): string[] {
  const chat = `${url}/_emulator/chats/Ops/messages`;
  return [
    `Bot @${DEFAULT_BOT.username}, user Ada (${userId}), her private chat with the bot, and the group Ops.`,
    "Use it:",
    `  loong config set channels.telegram.baseUrl ${url}`,
    `  loong config set channels.telegram.botToken ${DEFAULT_BOT.token}`,
    `  loong config set channels.telegram.groups.${groupId}.enabled true`,
    "Run `loong gateway run`; then speak in Ops, mentioning the bot, and read what the group shows:",
    `  curl -s ${chat} -H 'content-type: application/json' -d '{"from":"Ada","text":"hello","mentions":["${DEFAULT_BOT.username}"]}'`,
    `  curl -s ${chat}`,
    `Everything else it can do: ${url}/_emulator/`,
  ];
}
