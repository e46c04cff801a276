import type { EmulatorCommand } from "@loong/emulator-kit";
import { type WebhookEmulator, startWebhookEmulator } from "./emulator.ts";
import { HOOK_KINDS } from "./hooks.ts";

export const emulator: EmulatorCommand = {
  id: "webhook",
  describe: () =>
    "receivers of notifications: Feishu and Lark custom bots, WeCom group robots, DingTalk, Slack, plain JSON, and a control API on one port",
  async start({ port, host }) {
    const running = await startWebhookEmulator({
      ...(port === undefined ? {} : { port }),
      ...(host === undefined ? {} : { host }),
    });
    return { url: running.url, notes: notes(running), close: () => running.close() };
  },
};

function notes(running: WebhookEmulator): string[] {
  return [
    "One hook of each kind:",
    ...HOOK_KINDS.map((kind) => `  ${kind.padEnd(8)} ${running.hook(kind).url}`),
    "Use one:",
    "  loong config set channels.webhook.endpointUrl URL",
    "  loong config set channels.webhook.kind KIND",
    "  loong config set channels.webhook.allowPrivateHosts true",
    '  loong channels send webhook --text "hello"',
    "Read what the rooms show:",
    `  curl -s ${running.url}/_emulator/messages`,
    `Everything else it can do: ${running.url}/_emulator/`,
  ];
}
