import { appendFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { tempDir } from "../../test/temp-dir.ts";
import { tailLog } from "./tail.ts";

const line = (message: string) => JSON.stringify({ time: "2026-11-21T12:00:00.000Z", level: "info", message });

async function collect(lines: AsyncIterable<string>): Promise<string[]> {
  const all: string[] = [];
  for await (const each of lines) all.push(each);
  return all;
}

/** Takes `count` lines, running `meanwhile` after the one of that number. */
async function take(
  lines: AsyncGenerator<string>,
  count: number,
  meanwhile: Readonly<Record<number, () => void>>,
): Promise<string[]> {
  const all: string[] = [];
  while (all.length < count) {
    const next = lines.next();
    meanwhile[all.length]?.();
    all.push((await next).value as string);
  }
  return all;
}

test("gives the last lines, across files", async () => {
  const dir = tempDir();
  writeFileSync(join(dir, "loong-2026-11-20.log"), "a\nb\n");
  writeFileSync(join(dir, "loong-2026-11-21.101500-001.log"), "c\n");
  writeFileSync(join(dir, "loong-2026-11-21.log"), "d\ne\nhalf a li");
  writeFileSync(join(dir, "other.log"), "no\n");
  const tail = (lines: number) => collect(tailLog({ logsDir: dir }, { follow: false, json: true, lines }));
  expect(await tail(1)).toEqual(["e"]);
  expect(await tail(4)).toEqual(["b", "c", "d", "e"]);
  expect(await tail(100)).toEqual(["a", "b", "c", "d", "e"]);
  expect(await tail(0)).toEqual([]);
});

test("reads only the end of a large file, and cuts no character", async () => {
  const dir = tempDir();
  const lines = Array.from({ length: 20_000 }, (_, index) => `第${index}行 🚀`);
  writeFileSync(join(dir, "loong-2026-11-21.log"), `${lines.join("\n")}\n`);
  expect(await collect(tailLog({ logsDir: dir }, { follow: false, json: true, lines: 9_999 }))).toEqual(
    lines.slice(-9_999),
  );
});

test("gives lines for people unless asked for JSON", async () => {
  const dir = tempDir();
  writeFileSync(join(dir, "loong-2026-11-21.log"), `${line("ready")}\nnot JSON\n`);
  const lines = await collect(tailLog({ logsDir: dir }, { follow: false, json: false, lines: 10 }));
  expect(lines).toEqual([expect.stringMatching(/^2026-11-2\d \d\d:\d\d:\d\d info ready$/), "not JSON"]);
});

test("has nothing to say where there is no log", async () => {
  const dir = tempDir();
  expect(await collect(tailLog({ logsDir: join(dir, "no") }, { follow: false, json: true, lines: 10 }))).toEqual([]);
});

test("follows over a full file and over midnight, and loses nothing", async () => {
  const dir = tempDir();
  const today = join(dir, "loong-2026-11-21.log");
  writeFileSync(today, "1\n");
  const aborted = new AbortController();
  const lines = tailLog({ logsDir: dir }, { follow: true, json: true, lines: 10, signal: aborted.signal });
  const given = await take(lines, 6, {
    1: () => appendFileSync(today, "2\n3"),
    2: () => {
      appendFileSync(today, "\n");
      renameSync(today, join(dir, "loong-2026-11-21.120000-001.log"));
      writeFileSync(today, "4\n");
    },
    4: () => {
      appendFileSync(today, "5\n");
      writeFileSync(join(dir, "loong-2026-11-22.log"), "6\n");
    },
  });
  expect(given).toEqual(["1", "2", "3", "4", "5", "6"]);
  aborted.abort();
  expect((await lines.next()).done).toBe(true);
});

test("waits for the first file", async () => {
  const dir = tempDir();
  const lines = tailLog({ logsDir: join(dir) }, { follow: true, json: true, lines: 10 });
  const given = await take(lines, 1, { 0: () => writeFileSync(join(dir, "loong-2026-11-21.log"), "first\n") });
  expect(given).toEqual(["first"]);
  await lines.return();
});
