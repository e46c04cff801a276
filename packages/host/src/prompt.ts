import { createInterface } from "node:readline";
import { isLoongError } from "@loong/sdk";
import type { Composition } from "./compose.ts";
import type { RunGatewayOptions } from "./run-options.ts";

export interface Prompt {
  close(): void;
}

/**
 * The operator's own conversation with the agent. Without a terminal, and after its end (Ctrl-D), the gateway goes on
 * without one; Ctrl-C and `/exit` end the gateway.
 *
 * @returns `undefined` when there is no session or no terminal.
 */
export function attachPrompt(
  gateway: Pick<Composition, "chat" | "requestStop">,
  options: Pick<RunGatewayOptions, "session" | "terminal">,
): Prompt | undefined {
  const { session, terminal } = options;
  if (session === undefined || terminal.stdin.isTTY !== true) return undefined;
  const { stdin: input, stdout: output } = terminal;
  const reader = createInterface({ input, output, prompt: `${session}> ` });
  let turn: AbortController | undefined;

  async function answer(text: string): Promise<void> {
    turn = new AbortController();
    try {
      for await (const event of gateway.chat(session ?? "", text, turn.signal)) {
        if (event.type === "text") output.write(event.delta);
      }
      output.write("\n");
    } catch (error) {
      output.write(`${describe(error)}\n`);
    } finally {
      turn = undefined;
    }
  }

  reader.on("line", (line) => {
    const text = line.trim();
    if (text === "/exit") return gateway.requestStop("left at the prompt");
    if (text === "" || turn !== undefined) return reader.prompt();
    void answer(text).then(() => reader.prompt());
  });
  reader.on("SIGINT", () => gateway.requestStop("interrupted at the prompt"));
  reader.on("close", () => turn?.abort(new Error("the prompt was closed")));
  reader.prompt();
  return { close: () => reader.close() };
}

function describe(error: unknown): string {
  if (!isLoongError(error)) return `error: ${error instanceof Error ? error.message : String(error)}`;
  return `error: ${error.message}${error.hint === undefined ? "" : `\nhint: ${error.hint}`}`;
}
