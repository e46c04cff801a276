import { defineErrors } from "@loong/sdk";

const install = (packageName: string) => `\`loong plugins install ${packageName}\``;
const switchOff = (id: string) => `\`loong config set plugins.entries.${id}.enabled false\``;

/** What goes wrong with plugins in processes of their own. */
export const isolationErrors = defineErrors({
  ISOLATION_PROCESS_ENDED: {
    message: (packageName: string, how: string, _id: string) => `The process of ${packageName} is gone: it ${how}.`,
    hint: (_packageName: string, _how: string, id: string) =>
      `It is started again by itself; \`loong logs\` has its last words. Switch it off: ${switchOff(id)}.`,
  },
  PLUGIN_QUARANTINED: {
    message: (packageName: string, deaths: number, minutes: number, how: string, _id: string) =>
      `${packageName} is not started any more: its process died ${deaths} times in ${minutes} minutes; the last time it ${how}.`,
    hint: (packageName: string, _deaths: number, _minutes: number, _how: string, id: string) =>
      `Update it (${install(`${packageName}@latest`)}), then let it run again: \`loong plugins enable ${id}\`.`,
    outcome: "not-sent",
  },
  ISOLATION_MALFORMED: {
    message: (what: string, fault: string) => `The plugin gave ${what} that is none: ${fault}.`,
    hint: "It does not keep the contract: install another version of it; its author's conformance suite finds the place.",
    outcome: "unknown",
  },
  ISOLATION_MESSAGE_TOO_LARGE: {
    message: (bytes: number, maxBytes: number) =>
      `The plugin has a message of ${bytes} bytes for the gateway; ${maxBytes} are taken.`,
    hint: "It does not bound what it takes from its platform: install another version; `loong plugins list` shows which one is there.",
    outcome: "unknown",
  },
  ISOLATION_SILENT: {
    message: (call: string, afterMs: number) =>
      `The plugin went on with \`${call}\` for ${afterMs} ms after it was to stop.`,
    hint: "If it stays, install another version of the plugin; `loong plugins list` shows which one is there.",
    outcome: "unknown",
  },
  ISOLATION_FILE_UNREADABLE: {
    message: (path: string, reason: string) => `${path} cannot be lent to the plugin: ${reason}.`,
    hint: "Name a file that this user may read: `loong message send --file PATH`.",
    outcome: "rejected",
  },
  ISOLATION_MEDIA_REFUSED: {
    message: (fault: string) => `The plugin fetched a file that is not taken: ${fault}.`,
    hint: "If it stays, install another version of the plugin; `loong plugins list` shows which one is there.",
    outcome: "rejected",
  },
  ISOLATION_ABORTED: {
    message: (call: string) => `\`${call}\` was aborted before the plugin heard of it.`,
    hint: "Nothing was done. Ask again; `loong status` says whether the gateway is ending.",
    outcome: "not-sent",
  },
});
