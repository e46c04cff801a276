import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Readable, Transform } from "node:stream";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fileKindOf } from "./file-kind.ts";
import { storeDownload } from "./store-download.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "loong-download-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const never = new AbortController().signal;
const store = (answer: Readable, signal = never, decode?: Transform) =>
  storeDownload(answer, { directory, maxBytes: 100 }, (why) => new Error(why), signal, decode);
const pieces = (...texts: string[]) => Readable.from(texts.map((text) => Buffer.from(text, "latin1")));

test("a download is a file of its owner's, under a name of ours, with its kind", async () => {
  const stored = await store(pieces("\x89P", "NG\r\n", "\x1a\nthe rest"));
  expect(stored).toMatchObject({ mimeType: "image/png", sizeBytes: 16 });
  expect(stored.path).toMatch(/[0-9a-f-]{36}\.png$/);
  expect(dirname(stored.path)).toBe(directory);
  expect(statSync(stored.path).mode & 0o777).toBe(0o600);
  expect(readFileSync(stored.path, "latin1")).toBe("\x89PNG\r\n\x1a\nthe rest");
});

test("the limit holds for what was decoded", async () => {
  const doubled = new Transform({
    transform: (chunk: Buffer, _encoding, done) => done(null, Buffer.concat([chunk, chunk])),
  });
  await expect(store(pieces("x".repeat(51)), never, doubled)).rejects.toThrow("too large");
  expect(doubled.destroyed).toBe(true);
});

async function* cut() {
  yield Buffer.from("half of ");
  throw new Error("the line is cut");
}

test.each([
  ["too large", () => store(pieces("x".repeat(101)))],
  ["the line is cut", () => store(Readable.from(cut()))],
  ["aborted", () => store(new Readable({ read: () => undefined }), AbortSignal.abort())],
])("of one that is %s nothing is left", async (why, attempt) => {
  await expect(attempt()).rejects.toThrow(why);
  expect(readdirSync(directory)).toEqual([]);
});

test("what nobody knows is bytes", () => {
  expect(fileKindOf(Buffer.from("<svg onload=…>"))).toEqual({
    mimeType: "application/octet-stream",
    extension: ".bin",
  });
  expect(fileKindOf(Buffer.alloc(0)).extension).toBe(".bin");
});
