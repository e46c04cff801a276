import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { tempDir } from "../../test/temp-dir.ts";
import { type FileSinkOptions, openFileSink } from "./file-sink.ts";

const MIDNIGHT = Date.UTC(2026, 10, 22);

function sinkIn(dir: string, options: Partial<FileSinkOptions> = {}) {
  const clock = { nowMs: MIDNIGHT - 1_000 };
  const lost: number[] = [];
  const sink = openFileSink(
    { dir, now: () => clock.nowMs, maxFileBytes: 1024 * 1024, maxFiles: 5, maxPendingBytes: 1024 * 1024, ...options },
    (lines) => lost.push(lines),
  );
  return { sink, clock, lost };
}

const waits = { timeout: 10_000, interval: 10 };

/** Resolves once a file of `dir` begins with `text`. */
async function landed(dir: string, text: string): Promise<void> {
  const texts = () => readdirSync(dir).map((name) => readFileSync(join(dir, name), "utf8"));
  await expect.poll(() => texts().some((each) => each.startsWith(text)), waits).toBe(true);
}

test("begins a new file at midnight", async () => {
  const dir = tempDir();
  const { sink, clock } = sinkIn(dir);
  expect(sink.file).toBe(join(dir, "loong-2026-11-21.log"));
  sink.write("evening");
  await landed(dir, "evening");
  clock.nowMs = MIDNIGHT;
  expect(sink.file).toBe(join(dir, "loong-2026-11-22.log"));
  sink.write("morning");
  await sink.close();
  expect(readFileSync(join(dir, "loong-2026-11-21.log"), "utf8")).toBe("evening\n");
  expect(readFileSync(join(dir, "loong-2026-11-22.log"), "utf8")).toBe("morning\n");
});

test("goes on in the file of the day, which only its owner may read", async () => {
  const dir = tempDir();
  writeFileSync(join(dir, "loong-2026-11-21.log"), "before\n", { mode: 0o600 });
  const { sink } = sinkIn(dir);
  sink.write("after");
  await sink.close();
  expect(readFileSync(sink.file, "utf8")).toBe("before\nafter\n");
  expect(statSync(sink.file).mode & 0o777).toBe(0o600);
});

test("keeps at most five files of the size allowed, the newest", async () => {
  const dir = tempDir();
  const { sink } = sinkIn(dir, { maxFileBytes: 1_000 });
  for (let index = 0; index < 12; index++) {
    sink.write(`${index}`.padEnd(999, "."));
    await landed(dir, `${index}.`);
  }
  sink.write("last");
  await sink.close();
  await expect.poll(() => readdirSync(dir), waits).toHaveLength(5);
  const names = readdirSync(dir).sort();
  expect(names.at(-1)).toBe("loong-2026-11-21.log");
  expect(names.map((name) => readFileSync(join(dir, name), "utf8").split(/\.|\n/, 1)[0])).toEqual([
    "8",
    "9",
    "10",
    "11",
    "last",
  ]);
  for (const name of names) expect(statSync(join(dir, name)).size).toBeLessThanOrEqual(1_100);
});

test("drops and counts lines while the disk takes none, and says so afterwards", async () => {
  const dir = tempDir();
  const { sink, clock, lost } = sinkIn(dir);
  await rm(dir, { recursive: true });
  writeFileSync(dir, "a file where the folder should be");
  let lines = 0;
  const write = () => {
    sink.write(`line ${++lines}`);
    clock.nowMs += 5_000;
    return lost.length;
  };
  for (let index = 0; index < 10; index++) await new Promise((resolve) => setImmediate(resolve, write()));
  await rm(dir);
  await expect.poll(write, waits).toBe(1);
  await sink.close();
  expect(lost[0]).toBeGreaterThanOrEqual(10);
  const found = Array.from({ length: lines - (lost[0] ?? 0) }, (_, index) => `line ${(lost[0] ?? 0) + index + 1}\n`);
  expect(readFileSync(sink.file, "utf8")).toBe(`\n${found.join("")}`);
});

test("holds no more than it may when lines come faster than the disk", async () => {
  const dir = tempDir();
  const { sink, lost } = sinkIn(dir, { maxPendingBytes: 10_000 });
  for (let round = 0; round < 100; round++) {
    sink.write("x".repeat(999));
    await new Promise(setImmediate);
  }
  sink.write("x");
  await sink.close();
  const written = readFileSync(sink.file, "utf8").split("\n").length - 1;
  expect(written + lost.reduce((sum, each) => sum + each, 0)).toBe(101);
});
