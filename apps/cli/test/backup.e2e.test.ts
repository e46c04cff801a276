import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startFeishuEmulator } from "@loong/feishu/emulator";
import type { BackupReport, RestoreReport } from "@loong/host/backup";
import { openJournalReader } from "@loong/journal/sqlite";
import { afterEach, expect, test } from "vitest";
import { createOperator, type Operator } from "./operator.ts";

const APP = { appId: "cli_a9f6c72aa7b85bca", appSecret: "backup-test-secret", botName: "Loong" };

let clean: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const undo of clean.toReversed()) await undo();
  clean = [];
});

function atDesk(config: object = {}): Operator {
  const operator = createOperator();
  clean.push(() => operator.leaves());
  operator.write("config.json", JSON.stringify({ agent: { use: "echo" }, ...config }));
  return operator;
}

const journalOf = ({ home }: Operator) => join(home, "state/journal.sqlite");

/** Ids of the messages that are stored, and so may have been acknowledged. */
function storedIn(file: string): readonly string[] {
  using reader = openJournalReader(file);
  return (reader?.list({ box: "inbox", limit: 1_000 }) ?? []).map(({ event }) => event.messageId);
}

test("a backup under traffic, kill -9, a lost disk, restored: nothing stored before the backup is lost, none is said twice", async () => {
  const platform = await startFeishuEmulator({ apps: [APP] });
  clean.push(() => platform.close());
  // Slow enough that answers are on their way whenever the copy is made.
  platform.inject({ path: "/open-apis/im/v1/messages/**", method: "POST", action: { slowMs: 400 } });
  const account = { appId: APP.appId, appSecret: APP.appSecret, baseUrl: platform.url, groupPolicy: "open" };
  const operator = atDesk({
    gateway: { messagesPerMinute: 0 },
    channels: { feishu: { ...account, ackReactions: false } },
  });
  const rooms = [0, 1, 2].map((n) => platform.group(`room ${n}`, [platform.user("Ada")], [APP.appId]));
  const gateway = operator.starts("loong gateway run --port 0");
  await gateway.waitFor("ws client ready");

  let speaking = true;
  const said = new Map<string, string>();
  const traffic = (async () => {
    for (let n = 0; speaking; n++) {
      const room = rooms[n % rooms.length];
      if (room === undefined) throw new Error("there is no room");
      const { messageId } = platform.say(room, "Ada", `@Loong message ${n}`, { mentions: [APP.appId] });
      said.set(messageId, room.chatId);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  })();
  await expect.poll(() => storedIn(journalOf(operator)).length, { timeout: 20_000 }).toBeGreaterThan(20);
  const before = storedIn(journalOf(operator));
  const created = await operator.types("loong backup create --json");
  expect(created).toMatchObject({ code: 0 });
  const backup = JSON.parse(created.stdout) as BackupReport;
  expect(statSync(backup.file).mode & 0o777).toBe(0o600);
  const refused = await operator.types(`loong backup restore ${backup.file}`);
  expect([refused.code, refused.stderr]).toEqual([
    2,
    expect.stringMatching(/runs as process \d+[^]*loong gateway stop/),
  ]);
  gateway.signal("SIGKILL");
  await gateway.ended;
  speaking = false;
  await traffic;
  platform.clearFaults();

  for (const suffix of ["-wal", "-shm"]) rmSync(journalOf(operator) + suffix);
  writeFileSync(journalOf(operator), "what the disk gave back ".repeat(500));
  const unusable = await operator.types("loong gateway run --port 0");
  expect([unusable.code, unusable.stderr]).toEqual([78, expect.stringContaining("loong backup restore")]);
  const planned = await operator.types(`loong backup restore ${backup.file} --dry-run --json`);
  expect(JSON.parse(planned.stdout)).toMatchObject({ outcome: "would-restore", damaged: 0, warnings: [] });
  expect(backup.inbox.new + backup.outbox.pending + backup.outbox.sending).toBeGreaterThan(0);
  expect(readFileSync(journalOf(operator), "utf8")).toMatch(/^what the disk/);
  const restored = await operator.types(`loong backup restore ${backup.file}`);
  expect([restored.code, restored.stdout]).toEqual([0, expect.stringMatching(/^Restored [^]*is kept as .*replaced/)]);

  const inBackup = storedIn(journalOf(operator));
  expect(before.filter((id) => !inBackup.includes(id))).toEqual([]);
  const next = operator.starts("loong gateway run --port 0");
  await next.waitFor("ws client ready");
  const answersTo = (messageId: string) =>
    platform
      .shows(said.get(messageId) ?? "")
      .filter(({ from, parentId }) => from.kind === "app" && parentId === messageId);
  await expect.poll(() => inBackup.filter((id) => answersTo(id).length === 0), { timeout: 30_000 }).toEqual([]);
  expect([...said.keys()].filter((id) => answersTo(id).length > 1)).toEqual([]);
  next.signal("SIGTERM");
  expect((await next.ended).code).toBe(0);
}, 90_000);

test("says where the copy went and what is in it, and puts it back as it was", async () => {
  const operator = atDesk();
  expect(await operator.types("loong backup create")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("loong gateway run") as string,
  });
  const gateway = operator.starts("loong gateway run --port 0");
  await gateway.waitFor("listening");
  await expect.poll(() => storedIn(journalOf(operator))).toEqual([]);
  gateway.signal("SIGTERM");
  await gateway.ended;
  const created = await operator.types("loong backup create");
  expect(created.stdout).toMatch(
    /^Wrote .*\/backups\/loong-.*\.sqlite\.\n.* 0 messages in and 0 out\.\nThe config file/,
  );
  const [name = ""] = readdirSync(join(operator.home, "backups"));
  const file = join(operator.home, "backups", name);
  expect(await operator.types(`loong backup create --output ${file}`)).toMatchObject({ code: 2 });
  const restored = JSON.parse((await operator.types(`loong backup restore ${file} --json`)).stdout) as RestoreReport;
  expect(restored).toMatchObject({ outcome: "restored", file, inbox: { new: 0 } });
  expect(statSync(restored.kept ?? "").mode & 0o777).toBe(0o600);
  const missing = await operator.types("loong backup restore nowhere.sqlite --json");
  expect([missing.code, JSON.parse(missing.stdout || missing.stderr)]).toMatchObject([
    2,
    { error: { code: "BACKUP_FILE_MISSING" } },
  ]);
});
