import { startFeishuEmulator } from "@loong/feishu/emulator";
import { afterEach, expect, test, vi } from "vitest";
import { createOperator } from "./operator.ts";

const EVERY_MS = 50;
const MOST_OPEN = 10;
const APP = { appId: "cli_a9f6c72aa7b85bca", appSecret: "reload-test-secret", botName: "Loong" };

let clean: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const undo of clean.toReversed()) await undo();
  clean = [];
});

test(
  "a changed account connects anew, and the connection of the other one is not touched",
  { timeout: 60_000 },
  async () => {
    const other = { appId: "cli_bbbbbbbbbbbbbbbb", appSecret: "other-test-secret", botName: "Other" };
    const platform = await startFeishuEmulator({ apps: [APP, other] });
    clean.push(() => platform.close());
    const operator = createOperator();
    clean.push(() => operator.leaves());
    const accountOf = ({ appId, appSecret }: typeof APP) => ({ appId, appSecret });
    const accounts = { changed: accountOf(APP), steady: accountOf(other) };
    const channel = { baseUrl: platform.url, groupPolicy: "open", accounts };
    operator.write("config.json", JSON.stringify({ agent: { use: "echo" }, channels: { feishu: channel } }));
    const gateway = operator.starts("loong gateway run --port 0");
    await gateway.waitFor(/(ws client ready[^]*){2}/);
    const connectionOf = (app: string) => platform.connections(app).map(({ id }) => id);
    const before = { changed: connectionOf(APP.appId), steady: connectionOf(other.appId) };
    expect([before.changed.length, before.steady.length]).toEqual([1, 1]);

    await operator.types("loong config set channels.feishu.accounts.changed.renderMode post");
    await gateway.waitFor("accounts=feishu/changed");
    await vi.waitFor(() => {
      const [now, ...more] = connectionOf(APP.appId);
      expect(more).toEqual([]);
      expect(now).toBeDefined();
      expect(before.changed).not.toContain(now);
    }, 10_000);
    expect(connectionOf(other.appId)).toEqual(before.steady);
    expect(gateway.output().match(/\[steady\] .*ws client ready/g)).toHaveLength(1);
  },
);

test("an account that is connected anew while messages flow leaves none unanswered", { timeout: 60_000 }, async () => {
  const platform = await startFeishuEmulator({
    apps: [APP],
    redeliveryDelaysMs: [200, 400, 800, 1_600],
    ackTimeoutMs: 1_000,
  });
  clean.push(() => platform.close());
  const operator = createOperator();
  clean.push(() => operator.leaves());
  const channel = { appId: APP.appId, appSecret: APP.appSecret, baseUrl: platform.url, groupPolicy: "open" };
  operator.write(
    "config.json",
    JSON.stringify({ agent: { use: "echo" }, gateway: { messagesPerMinute: 0 }, channels: { feishu: channel } }),
  );
  const room = platform.group("room", [platform.user("Ada")], [APP.appId]);
  const gateway = operator.starts("loong gateway run --port 0");
  await gateway.waitFor("ws client ready");

  const said: string[] = [];
  const answered = () => platform.shows(room).filter(({ from }) => from.kind === "app");
  const speaking = setInterval(() => {
    // Never more than a busy machine can answer.
    if (said.length - answered().length >= MOST_OPEN) return;
    const text = `@Loong message ${said.length}`;
    said.push(platform.say(room, "Ada", text, { mentions: [APP.appId] }).messageId);
  }, EVERY_MS);
  clean.push(async () => clearInterval(speaking));
  for (const [times, mode] of ["text", "card", "post"].entries()) {
    expect(await operator.types(`loong config set channels.feishu.renderMode ${mode}`)).toMatchObject({ code: 0 });
    await gateway.waitFor(new RegExp(`(ws client ready[^]*){${times + 2}}`));
  }
  clearInterval(speaking);

  const answers = (messageId: string) => answered().filter(({ parentId }) => parentId === messageId).length;
  await vi.waitFor(() => expect(said.map(answers)).toEqual(said.map(() => 1)), { timeout: 20_000, interval: 100 });
});
