import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Journal } from "@loong/gateway";
import { createMemoryJournal } from "@loong/journal/memory";
import { LoongError } from "@loong/sdk";
import { createVirtualClock, sampleBatch, sampleEntry } from "@loong/testkit";
import { expect, test, vi } from "vitest";
import { tempDir } from "../../test/temp-dir.ts";
import { withReserve } from "./journal.ts";
import { keepDiskReserve, RESERVE_BYTES } from "./reserve.ts";

const ROOMY = 1024 ** 3;

function setUp(free = ROOMY) {
  const directory = tempDir();
  const file = join(directory, "reserve");
  const clock = createVirtualClock();
  const lines: string[] = [];
  const log = {
    debug() {},
    warn() {},
    info: (line: string) => void lines.push(line),
    error: (line: string) => void lines.push(line),
  };
  const disk = { free };
  const reserve = keepDiskReserve({ file, clock, log, freeBytes: async () => disk.free });
  /** Writing takes real time: time passes until it is done. */
  const made = () =>
    vi.waitFor(
      async () => {
        await clock.advance(10_000);
        expect([existsSync(file), reserve.spent]).toEqual([true, false]);
      },
      { timeout: 10_000, interval: 10 },
    );
  return { directory, file, clock, disk, log, lines, reserve, made };
}

test("is made a minute after the start, private and of its full size", async () => {
  const { directory, file, clock, reserve, made } = setUp();
  await clock.advance(59_000);
  expect(existsSync(file)).toBe(false);
  await made();
  const { size, mode } = statSync(file);
  expect([size, mode & 0o777]).toEqual([RESERVE_BYTES, 0o600]);
  await clock.advance(60_000);
  expect(readdirSync(directory)).toEqual(["reserve"]);
  reserve.close();
});

test("a disk with little room is left its room", async () => {
  const { directory, clock, reserve } = setUp(RESERVE_BYTES);
  await clock.advance(600_000);
  expect(readdirSync(directory)).toEqual([]);
  expect([reserve.spend(), reserve.spent]).toEqual([false, false]);
  reserve.close();
});

/** A journal on a disk that is full until room is made. */
function journalOn(disk: { full: boolean }): Journal {
  const journal = createMemoryJournal();
  const full = () => Promise.reject(new LoongError("JOURNAL_FULL", "no space left"));
  return {
    ...journal,
    accept: (batch) => (disk.full ? full() : journal.accept(batch)),
    prune: (limits) => (disk.full ? full() : journal.prune(limits)),
    startTurn: (seq, nowMs) => (disk.full ? full() : journal.startTurn(seq, nowMs)),
  };
}

test("a full disk: the reserve is given up once, what was taken goes on, and nothing is taken until it is back", async () => {
  const { file, disk, log, lines, reserve, made } = setUp();
  await made();
  const platter = { full: false };
  const gaveUp = vi.fn<() => void>();
  const journal = withReserve(journalOn(platter), reserve, log, gaveUp);
  const [row] = await journal.accept(sampleBatch([sampleEntry("taken")]));

  platter.full = true;
  disk.free = 0;
  await expect(journal.startTurn(row?.seq ?? 0, 0)).rejects.toMatchObject({ code: "JOURNAL_FULL" });
  expect([existsSync(file), reserve.spent, gaveUp.mock.calls.length]).toEqual([false, true, 1]);
  await expect(journal.startTurn(row?.seq ?? 0, 0)).rejects.toMatchObject({ code: "JOURNAL_FULL" });
  expect(lines.filter((line) => line.includes("gave up its reserve"))).toHaveLength(1);

  platter.full = false;
  await journal.startTurn(row?.seq ?? 0, 0);
  const more = () => journal.accept(sampleBatch([sampleEntry("more")]));
  await expect(more()).rejects.toMatchObject({ code: "HOST_DISK_FULL", outcome: "not-sent" });

  disk.free = ROOMY;
  await made();
  expect(await more()).toMatchObject([{ duplicate: false }]);
  reserve.close();
});
