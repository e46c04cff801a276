import { startLlmEmulator } from "./server.ts";

/** What `loong dev emulate llm` runs. */
export const emulator = {
  id: "llm",
  describe: (): string => "A model provider: OpenAI chat completions and models, Anthropic messages, streamed or whole",
  async start(options: { readonly port?: number; readonly host?: string; readonly args: readonly string[] }) {
    const { port, host } = options;
    const running = await startLlmEmulator({
      ...(port === undefined ? {} : { port }),
      ...(host === undefined ? {} : { host }),
    });
    return { url: running.url, notes: notes(running.url), close: () => running.close() };
  },
} as const;

function notes(url: string): readonly string[] {
  return [
    "It says back what it hears; any API key is let in. Use it:",
    "  loong config set providers.volcengine.kind volcengine",
    `  loong config set providers.volcengine.baseUrl ${url}/api/v3`,
    "  loong config set providers.volcengine.apiKey any-key",
    '  loong ask --message "hello"',
  ];
}
