import { mkdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { scratch } from "../test/scratch.ts";
import { makeDirectory } from "./make-directory.ts";

test("makes what is missing, and only that", () => {
  const { home } = scratch(undefined);
  const path = join(home, "a b", "目录", "c");
  makeDirectory(path, 0o700);
  makeDirectory(path, 0o755);
  expect([path, join(path, "..")].map((each) => statSync(each).mode & 0o777)).toEqual([0o700, 0o700]);
});

test("says what is in the way", () => {
  const { home } = scratch(undefined);
  writeFileSync(join(home, "file"), "");
  symlinkSync(join(home, "gone"), join(home, "link"));
  mkdirSync(join(home, "folder"));
  symlinkSync(join(home, "folder"), join(home, "alias"));
  expect(() => makeDirectory(join(home, "file"))).toThrow("EEXIST");
  expect(() => makeDirectory(join(home, "file", "inside"))).toThrow("ENOTDIR");
  expect(() => makeDirectory(join(home, "link", "inside"))).toThrow("EEXIST");
  expect(() => makeDirectory(join(home, "alias"))).not.toThrow();
});

test.skipIf(process.platform !== "linux")("ends where a parent that is there denies it: /proc", () => {
  expect(() => makeDirectory("/proc/nope/inside")).toThrow("ENOENT");
});
