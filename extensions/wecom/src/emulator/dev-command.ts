import type { EmulatorCommand } from "@loong/emulator-kit";
import { startWecomEmulator, type WecomEmulator } from "./emulator.ts";
import { DEFAULT_BOT } from "./options.ts";

export const emulator: EmulatorCommand = {
  id: "wecom",
  describe: () => "WeCom AIBot: the long connection, media, response_urls and a control API on one port",
  async start({ port, host }) {
    const running = await startWecomEmulator({
      ...(port === undefined ? {} : { port }),
      ...(host === undefined ? {} : { host }),
    });
    const ada = running.user("Ada");
    running.directChat(ada, DEFAULT_BOT.botId, { spoken: true });
    const ops = running.group("Ops", [ada], [DEFAULT_BOT.botId], { spoken: true });
    return { url: running.url, notes: notes(running, ada.userId, ops.chatId), close: () => running.close() };
  },
};

function notes({ url, websocketUrl }: WecomEmulator, userId: string, groupId: string): string[] {
  const say = `curl -s ${url}/_emulator/chats/Ops/messages -H 'content-type: application/json'`;
  return [
    `Bot ${DEFAULT_BOT.botId} ("${DEFAULT_BOT.name}"), user Ada (${userId}), her chat with the bot, and the group Ops (${groupId}).`,
    "Use it:",
    `  loong config set channels.wecom.websocketUrl ${websocketUrl}`,
    `  loong config set channels.wecom.botId ${DEFAULT_BOT.botId}`,
    `  loong config set channels.wecom.secret ${DEFAULT_BOT.secret}`,
    `  loong config set channels.wecom.groups.${groupId}.enabled true`,
    "Run `loong gateway run`; then speak in Ops, mentioning the bot, and read what the group shows:",
    `  ${say} -d '{"from":"Ada","text":"hello","mentions":["${DEFAULT_BOT.botId}"]}'`,
    `  curl -s ${url}/_emulator/chats/Ops/messages`,
    `Everything else it can do: ${url}/_emulator/`,
  ];
}
