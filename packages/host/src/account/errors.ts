import { defineErrors } from "@loong/sdk";

/** What goes wrong between an account and its plugin. */
export const accountErrors = defineErrors({
  HOST_PROBE_SILENT: {
    message: (plugin: string, afterMs: number) =>
      `The plugin ${plugin} went on checking the account for ${afterMs} ms after it was to stop.`,
    hint: "Ask again; if it stays, `loong plugins doctor` looks at the plugin itself.",
  },
});
