import { join } from "node:path";
import { startFeishuEmulator } from "@loong/feishu/emulator";
import { openSqliteJournal } from "@loong/journal/sqlite";
import { afterEach, expect, test } from "vitest";
import { createOperator, type Operator, type Running } from "./operator.ts";

const MESSAGES = 200;
const ROOMS = 10;
const KILLS = 6;
const APP = { appId: "cli_a9f6c72aa7b85bca", appSecret: "kill-test-secret", botName: "Loong" };

let clean: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const undo of clean.toReversed()) await undo();
  clean = [];
});

test(`kill -9 while ${MESSAGES} messages flow: each is answered once, in order`, { timeout: 180_000 }, async () => {
  const platform = await startFeishuEmulator({
    apps: [APP],
    // The platform's waits, scaled so that a minute holds what a day would.
    redeliveryDelaysMs: [300, 600, 1_200, 2_400, 4_800, 9_600],
    ackTimeoutMs: 1_000,
  });
  clean.push(() => platform.close());
  const operator = createOperator();
  clean.push(() => operator.leaves());
  operator.write(
    "config.json",
    JSON.stringify({
      agent: { use: "echo" },
      channels: {
        feishu: {
          appId: APP.appId,
          appSecret: APP.appSecret,
          baseUrl: platform.url,
          groupPolicy: "open",
          ackReactions: false,
        },
      },
    }),
  );
  const rooms = Array.from({ length: ROOMS }, (_, index) =>
    platform.group(`room ${index}`, [platform.user("Ada")], [APP.appId]),
  );
  let gateway = await up(operator);

  const said: { messageId: string; chatId: string }[] = [];
  const speaking = (async () => {
    for (let index = 0; index < MESSAGES; index++) {
      const room = rooms[index % ROOMS];
      if (room === undefined) throw new Error("there is no room to speak in");
      const { messageId } = platform.say(room, "Ada", `@Loong message ${index}`, { mentions: [APP.appId] });
      said.push({ messageId, chatId: room.chatId });
      await sleep(60);
    }
  })();
  for (let kill = 0; kill < KILLS; kill++) {
    await sleep(500 + Math.random() * 1_200);
    gateway.signal("SIGKILL");
    await gateway.ended;
    gateway = await up(operator);
  }
  await speaking;

  const answersTo = (messageId: string, chatId: string) =>
    platform.shows(chatId).filter((message) => message.from.kind === "app" && message.parentId === messageId);
  await until(
    () => said.every(({ messageId, chatId }) => answersTo(messageId, chatId).length > 0),
    90_000,
    () => {
      const missing = said.filter(({ messageId, chatId }) => answersTo(messageId, chatId).length === 0);
      return `${missing.length} of ${MESSAGES} are not answered\n${gateway.output().slice(-2_000)}`;
    },
  );
  gateway.signal("SIGTERM");
  expect((await gateway.ended).code).toBe(0);

  const doubled = said.filter(({ messageId, chatId }) => answersTo(messageId, chatId).length !== 1);
  expect(doubled).toEqual([]);
  const arrived = await arrivalOrder(operator);
  for (const { chatId } of rooms) {
    const answered = platform
      .shows(chatId)
      .flatMap((message) => (message.from.kind === "app" ? [message.parentId ?? ""] : []));
    expect(answered).toEqual(arrived.filter((messageId) => answered.includes(messageId)));
  }
});

async function up(operator: Operator): Promise<Running> {
  const gateway = operator.starts("loong gateway run --port 0");
  await gateway.waitFor("ws client ready", 30_000);
  return gateway;
}

/** Message ids in the order in which they were stored. */
async function arrivalOrder(operator: Operator): Promise<readonly string[]> {
  const journal = await openSqliteJournal({ file: join(operator.home, "state/journal.sqlite") });
  const rows = await journal.list({ box: "inbox", limit: 10_000 });
  await journal.close();
  return rows.toSorted((a, b) => a.seq - b.seq).map((row) => row.event.messageId);
}

async function until(holds: () => boolean, timeoutMs: number, why: () => string): Promise<void> {
  const deadlineMs = Date.now() + timeoutMs;
  while (!holds()) {
    if (Date.now() > deadlineMs) throw new Error(why());
    await sleep(50);
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
