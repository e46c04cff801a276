import { expect, onTestFinished, test } from "vitest";
import { createOperator } from "./operator.ts";
import { hasTerminals, keys, openTerminal } from "./terminal.ts";

test.skipIf(!hasTerminals)(
  "in a terminal, --session is a prompt whose agent answers, and /exit ends the gateway",
  { timeout: 60_000 },
  async () => {
    const operator = createOperator();
    onTestFinished(() => operator.leaves());
    operator.write("config.yaml", "agent: { use: echo }\n");
    const status = async () => JSON.parse((await operator.types("loong gateway status --json")).stdout) as unknown;

    const terminal = openTerminal(operator, "loong gateway run --port 0 --session desk");
    await terminal.sees("desk> ");
    expect(await status()).toMatchObject({ running: true, mode: "attached", session: "desk" });
    await terminal.presses("are you there", keys.enter);
    // Once as it is typed, once as the answer.
    await terminal.sees("are you there");
    await terminal.sees("are you there");
    await terminal.sees("desk> ");
    await terminal.presses("/exit", keys.enter);
    expect(await terminal.ended).toBe(0);
    expect(await status()).toMatchObject({ phase: "stopped", shutdownReason: "left at the prompt" });
  },
);
