import { chmodSync, mkdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { tempDir } from "../test/temp-dir.ts";
import { ensurePrivateDirectory } from "./private-directory.ts";

const modeOf = (path: string) => statSync(path).mode & 0o777;

test("makes the folder, closed to others", () => {
  const path = join(tempDir(), "a", "b");
  ensurePrivateDirectory(path);
  expect(modeOf(path)).toBe(0o700);
});

test("closes a folder that stood open", () => {
  const path = join(tempDir(), "open");
  mkdirSync(path);
  chmodSync(path, 0o755);
  ensurePrivateDirectory(path);
  expect(modeOf(path)).toBe(0o700);
});

test("leaves a folder alone that is even more closed", () => {
  const path = join(tempDir(), "closed");
  mkdirSync(path, { mode: 0o500 });
  ensurePrivateDirectory(path);
  expect(modeOf(path)).toBe(0o500);
});

test("follows a link of one's own to another disk", () => {
  const dir = tempDir();
  mkdirSync(join(dir, "there"), { mode: 0o755 });
  symlinkSync(join(dir, "there"), join(dir, "here"));
  ensurePrivateDirectory(join(dir, "here"));
  expect(modeOf(join(dir, "there"))).toBe(0o700);
});

test("refuses what is no folder and what cannot be made", () => {
  const file = join(tempDir(), "file");
  writeFileSync(file, "");
  for (const path of [file, join(file, "below")]) {
    expect(() => ensurePrivateDirectory(path)).toThrow(expect.objectContaining({ code: "HOST_DIRECTORY_UNSAFE" }));
  }
});

test("refuses a folder of somebody else's, unless for root", () => {
  const path = tempDir();
  const owner = statSync(path).uid;
  expect(() => ensurePrivateDirectory(path, owner + 1)).toThrow(`it belongs to user ${owner}`);
  ensurePrivateDirectory(path, owner);
  ensurePrivateDirectory(path, 0);
});
