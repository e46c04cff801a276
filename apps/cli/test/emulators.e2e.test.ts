import { emulator } from "@loong/telegram/emulator";
import { expect, onTestFinished, test } from "vitest";
import { createOperator } from "./operator.ts";

test("whoever types what `loong dev emulate` prints is answered", async () => {
  const { notes, close } = await emulator.start({ args: [] });
  onTestFinished(close);
  const operator = createOperator();
  onTestFinished(() => operator.leaves());
  const linesOf = (word: string) => notes.map((note) => note.trim()).filter((line) => line.startsWith(word));
  const settings = ["set -e", "loong config set agent.use echo", ...linesOf("loong config ")];
  expect(await operator.types(settings.join("\n"))).toMatchObject({ code: 0, stderr: "" });
  await operator.starts("loong gateway run --port 0").waitFor("[telegram] [default] connected");
  const [say = "", read = ""] = linesOf("curl ");
  expect((await operator.types(say)).code).toBe(0);
  await expect.poll(async () => (await operator.types(read)).stdout).toContain('"kind":"bot"');
});
