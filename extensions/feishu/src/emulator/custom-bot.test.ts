import { afterEach, beforeEach, expect, test } from "vitest";
import { createStillClock } from "@loong/emulator-kit";
import { customBotSign } from "./events/crypto.ts";
import { startFeishuEmulator, type ChatHandle, type CustomBotOptions, type FeishuEmulator } from "./index.ts";

let emulator: FeishuEmulator;
let ops: ChatHandle;

beforeEach(async () => {
  emulator = await startFeishuEmulator({ clock: createStillClock() });
  ops = emulator.group("Ops", [emulator.user("Ada")], []);
});
afterEach(() => emulator.close());

const hello = { msg_type: "text", content: { text: "hello" } };

async function post(
  body: object,
  options?: CustomBotOptions,
  url = emulator.customBot(ops, options),
): Promise<{ code: number; StatusCode?: number }> {
  const response = await fetch(url, { method: "POST", body: JSON.stringify(body) });
  expect(response.status).toBe(200);
  return (await response.json()) as { code: number };
}

test("posts text, posts and cards, and answers nothing about them", async () => {
  expect(await post(hello, { name: "CI" })).toEqual({
    StatusCode: 0,
    StatusMessage: "success",
    code: 0,
    data: {},
    msg: "success",
  });
  await post({
    msg_type: "post",
    content: { post: { zh_cn: { title: "T", content: [[{ tag: "text", text: "body" }]] } } },
  });
  await post({ msg_type: "interactive", card: { elements: [{ tag: "markdown", content: "card" }] } });
  expect(emulator.shows(ops).map((message) => message.text)).toEqual(["hello", "T\nbody", "card"]);
  expect(emulator.shows(ops)[0]?.from).toEqual({ kind: "app", name: "CI" });
});

test("checks the signature and its age", async () => {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const old = String(Number(timestamp) - 3700);
  const signed = (at: string, secret = "s") => ({ ...hello, timestamp: at, sign: customBotSign(at, secret) });
  expect((await post(signed(timestamp), { secret: "s" })).code).toBe(0);
  expect((await post(signed(timestamp, "other"), { secret: "s" })).code).toBe(19021);
  expect((await post(signed(old), { secret: "s" })).code).toBe(19021);
  expect((await post(hello, { secret: "s" })).code).toBe(19021);
});

test.each<[string, object, CustomBotOptions, number]>([
  ["no type", { content: { text: "x" } }, {}, 19002],
  ["an unknown type", { msg_type: "video" }, {}, 9499],
  ["content as a string", { msg_type: "text", content: '{"text":"x"}' }, {}, 9499],
  ["another address", hello, { allowedIps: ["10.0.0.1"] }, 19022],
  ["no keyword", hello, { keywords: ["alert"] }, 19024],
  ["too much", { msg_type: "text", content: { text: "x".repeat(21_000) } }, {}, 19036],
])("refuses %s", async (_name, body, options, code) => {
  expect((await post(body, options)).code).toBe(code);
  expect(emulator.shows(ops)).toHaveLength(0);
});

test("refuses an unknown hook, and more than five a second", async () => {
  expect((await post(hello, {}, `${emulator.url}/open-apis/bot/v2/hook/nobody`)).code).toBe(19001);
  const url = emulator.customBot(ops);
  const codes: number[] = [];
  for (let count = 0; count < 6; count++) codes.push((await post(hello, {}, url)).code);
  expect(codes).toEqual([0, 0, 0, 0, 0, 11232]);
  emulator.advance(1000);
  expect((await post(hello, {}, url)).code).toBe(0);
});
