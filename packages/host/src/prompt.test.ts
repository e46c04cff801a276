import { PassThrough } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { type AgentEvent, LoongError } from "@loong/sdk";
import { expect, test } from "vitest";
import { attachPrompt } from "./prompt.ts";

function setUp({ isTTY = true, session = "desk" } = {}) {
  const stdin = Object.assign(new PassThrough(), { isTTY });
  const stdout = new PassThrough();
  const asked: string[] = [];
  const stops: string[] = [];
  let shown = "";
  stdout.setEncoding("utf8").on("data", (text: string) => {
    shown += text;
  });
  async function* chat(name: string, text: string): AsyncGenerator<AgentEvent> {
    asked.push(`${name}: ${text}`);
    if (text === "fail") throw new LoongError("X_DOWN", "The agent is down.", { hint: "Wake it." });
    yield { type: "text", delta: "I " };
    yield { type: "text", delta: "hear." };
    yield { type: "done" };
  }
  const gateway = { chat, requestStop: (reason: string) => void stops.push(reason) };
  const prompt = attachPrompt(gateway, {
    ...(session === "" ? {} : { session }),
    terminal: { stdin, stdout, stderr: stdout },
  });
  const type = async (line: string) => {
    stdin.write(`${line}\n`);
    await sleep(10);
  };
  return { prompt, type, stdin, asked, stops, shown: () => shown };
}

test("each line is a turn of the session, and the answer is shown", async () => {
  const { type, asked, shown } = setUp();
  await type("  hello ");
  await type("");
  await type("again");
  expect(asked).toEqual(["desk: hello", "desk: again"]);
  expect(shown()).toBe("desk> I hear.\ndesk> desk> I hear.\ndesk> ");
});

test("an agent that fails is told, and the prompt stays", async () => {
  const { type, shown } = setUp();
  await type("fail");
  expect(shown()).toContain("error: The agent is down.\nhint: Wake it.\ndesk> ");
});

test("/exit ends the gateway; the end of the input does not", async () => {
  const { stdin, stops } = setUp();
  stdin.end();
  await sleep(10);
  expect(stops).toEqual([]);
  const second = setUp();
  await second.type("/exit");
  expect(second.stops).toEqual(["left at the prompt"]);
});

test.each([
  ["no terminal", { isTTY: false }],
  ["no session", { session: "" }],
])("%s, no prompt", (_name, given) => {
  expect(setUp(given).prompt).toBeUndefined();
});
