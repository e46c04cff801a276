import { afterEach, beforeEach, expect, test } from "vitest";
import { createOperator, type Operator, type Running } from "./operator.ts";
import { type AdasChat, openPlayground, type Playground } from "./playground.ts";
import { untilStates } from "./states.ts";

/** Answers that are seen while they are written, on three real plugins: growing, and then said exactly once. */

let playground: Playground;
let operator: Operator;
let gateway: Running;

const QUESTION = "tell me slowly about the way of one message through the gateway please";
const ANSWER = `You said: ${QUESTION}`;

beforeEach(async () => {
  playground = await openPlayground();
  operator = createOperator(playground.env);
  operator.write("config.yaml", playground.config);
  gateway = await connected();
});
afterEach(async () => {
  await operator.leaves();
  await playground.close();
});

async function connected(): Promise<Running> {
  const running = operator.starts("loong gateway run --port 0");
  await running.waitFor("listening");
  await untilStates(operator, ["CONNECTED", "CONNECTED", "CONNECTED"]);
  return running;
}

/** The model takes about four seconds for each of the next answers. */
const speakSlowly = (times: number) => playground.model.add({ kind: "slow", pieceDelayMs: 300 }, { times });

const texts = (chat: AdasChat) => chat.answers().map((text) => text.trim());

/** A part of the answer stands in the room, as a message or a draft. */
const showsABeginning = (chat: AdasChat) =>
  [...texts(chat), chat.draft() ?? ""].some((text) => text.startsWith("You said") && text !== ANSWER);

test("on every platform a long answer grows, and then stands there once", async () => {
  speakSlowly(3);
  for (const chat of playground.chats) chat.says(QUESTION);
  await Promise.all(
    playground.chats.map((chat) =>
      expect
        .poll(() => ({ [chat.channel]: showsABeginning(chat) }), { interval: 50 })
        .toEqual({ [chat.channel]: true }),
    ),
  );
  for (const chat of playground.chats) await expect.poll(() => texts(chat)).toEqual([ANSWER]);
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  for (const chat of playground.chats) {
    expect({ [chat.channel]: texts(chat), draft: chat.draft() }).toEqual({
      [chat.channel]: [ANSWER],
      draft: undefined,
    });
  }
  expect(
    playground.feishu
      .shows(playground.feishu.directChat("Ada", "cli_a9f6c72aa7b85bca"))
      .some(({ generating }) => generating),
  ).toBe(false);
});

test("killed in the middle of an answer, the next process says it, once", async () => {
  playground.model.add({ kind: "stall", afterPieces: 6 }, { times: 3 });
  for (const chat of playground.chats) chat.says(QUESTION);
  await expect.poll(() => playground.chats.every(showsABeginning), { interval: 50 }).toBe(true);
  gateway.signal("SIGKILL");
  await gateway.ended;
  await connected();
  for (const chat of playground.chats) {
    await expect.poll(() => texts(chat).filter((text) => text === ANSWER)).toHaveLength(1);
  }
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  for (const chat of playground.chats) {
    expect({ [chat.channel]: texts(chat).filter((text) => text === ANSWER) }).toEqual({ [chat.channel]: [ANSWER] });
  }
});

test("off: nothing is seen before the answer", async () => {
  const off = Object.fromEntries(playground.chats.map(({ channel }) => [channel, { streaming: "off" }]));
  expect(await operator.types(`loong config patch '${JSON.stringify({ channels: off })}'`)).toMatchObject({ code: 0 });
  await gateway.waitFor("config was read again");
  speakSlowly(3);
  let seen = false;
  for (const chat of playground.chats) chat.says(QUESTION);
  await expect
    .poll(
      () => {
        seen ||= playground.chats.some(showsABeginning);
        return playground.chats.map(texts);
      },
      { interval: 50 },
    )
    .toEqual([[ANSWER], [ANSWER], [ANSWER]]);
  expect(seen).toBe(false);
});
