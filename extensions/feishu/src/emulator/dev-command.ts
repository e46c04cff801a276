import type { EmulatorCommand } from "@loong/emulator-kit";
import { startFeishuEmulator, type FeishuEmulator } from "./emulator.ts";
import { DEFAULT_APP } from "./options.ts";

export const emulator: EmulatorCommand = {
  id: "feishu",
  describe: () =>
    "Feishu / Lark open platform: Open API, long connection, webhook pushes and a control API on one port",
  async start({ port, host }) {
    const running = await startFeishuEmulator({
      ...(port === undefined ? {} : { port }),
      ...(host === undefined ? {} : { host }),
    });
    const ada = running.user("Ada");
    running.directChat("Ada", DEFAULT_APP.appId);
    const ops = running.group("Ops", ["Ada"], [DEFAULT_APP.appId]);
    return { url: running.url, notes: notes(running, ada.openId, ops.chatId), close: () => running.close() };
  },
};

function notes({ url }: FeishuEmulator, openId: string, groupId: string): string[] {
  const say = `curl -s ${url}/_emulator/chats/Ops/messages -H 'content-type: application/json'`;
  return [
    `App ${DEFAULT_APP.appId} (bot "${DEFAULT_APP.botName}"), user Ada (${openId}), her direct chat with the bot, and the group Ops.`,
    "Use it:",
    `  loong config set channels.feishu.baseUrl ${url}`,
    `  loong config set channels.feishu.appId ${DEFAULT_APP.appId}`,
    `  loong config set channels.feishu.appSecret ${DEFAULT_APP.appSecret}`,
    `  loong config set channels.feishu.groups.${groupId}.enabled true`,
    "Run `loong gateway run`; then speak in Ops, mentioning the bot, and read what the group shows:",
    `  ${say} -d '{"from":"Ada","text":"hello","mentions":["${DEFAULT_APP.appId}"]}'`,
    `  curl -s ${url}/_emulator/chats/Ops/messages`,
    `Everything else it can do: ${url}/_emulator/`,
  ];
}
