import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openSqliteJournal } from "../src/sqlite/index.ts";

const KILLS = 6;
const LEAST_PER_KILL = 50;

test(`nothing acknowledged is lost in ${KILLS} kills, and no turn is left half ended`, async () => {
  const directory = mkdtempSync(join(tmpdir(), "loong-crash-"));
  const file = join(directory, "journal.sqlite");
  const acknowledged = new Set<string>();
  for (let kill = 0; kill < KILLS; kill += 1) await runAndKill(file, kill, acknowledged);

  const journal = await openSqliteJournal({ file });
  expect(journal.warnings).toEqual([]);
  await journal.recover(Date.now());
  const rows = await journal.list({ box: "inbox", limit: 1_000_000 });
  const parts = await journal.list({ box: "outbox", limit: 1_000_000 });
  const stored = new Set(rows.map((row) => row.event.eventId));
  expect([...acknowledged].filter((id) => !stored.has(id))).toEqual([]);
  expect(acknowledged.size).toBeGreaterThanOrEqual(KILLS * LEAST_PER_KILL);
  expect(stored.size).toBe(rows.length);
  const done = rows.filter((row) => row.state === "done").map((row) => `${row.seq}:0`);
  expect(parts.map(({ id }) => id).toSorted()).toEqual(done.toSorted());
  expect(done.length).toBeGreaterThan(0);
  const { inbox, outbox } = await journal.counts();
  expect(inbox).toMatchObject({ done: done.length, running: 0 });
  expect(outbox).toMatchObject({ pending: parts.length, sending: 0 });
  await journal.close();
  rmSync(directory, { recursive: true });
});

/** Lets a process write, notes what it says is stored, and kills it in the middle: each run a little later. */
async function runAndKill(file: string, run: number, acknowledged: Set<string>): Promise<void> {
  const child = fork(new URL("crash-child.ts", import.meta.url), [file, String(run)], {
    execArgv: ["--conditions=@loong/source"],
  });
  let last = LEAST_PER_KILL + run * 7;
  child.on("message", (ids: readonly string[]) => {
    for (const id of ids) acknowledged.add(id);
    last -= ids.length;
    if (last <= 0) child.kill("SIGKILL");
  });
  const [, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
  expect(signal).toBe("SIGKILL");
}
