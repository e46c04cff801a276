import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { tempDir } from "../../test/temp-dir.ts";
import { type OwnerPaths, takeOwnership } from "./own.ts";
import { readOwner } from "./read.ts";

function pathsIn(dir: string): OwnerPaths {
  return { lockFile: join(dir, "run", "owner.lock"), ownerFile: join(dir, "run", "owner.json") };
}

test("knows of no owner where none ever was", async () => {
  const dir = tempDir();
  expect(await readOwner(pathsIn(dir))).toBeUndefined();
});

test("tells others what the owner says, while it says so", async () => {
  const dir = tempDir();
  const paths = pathsIn(dir);
  const ownership = await takeOwnership(paths, { mode: "headless", configPath: "/etc/loong.yaml", startedAtMs: 1 });
  expect(await readOwner(paths)).toMatchObject({
    running: true,
    phase: "starting",
    pid: process.pid,
    mode: "headless",
    session: null,
  });
  await ownership.update({ phase: "running", port: 18789, address: "127.0.0.1" });
  expect(await readOwner(paths)).toMatchObject({
    running: true,
    phase: "running",
    port: 18789,
    configPath: "/etc/loong.yaml",
  });
  await ownership.release({ shutdownReason: "SIGTERM", stoppedAtMs: 2 });
  expect(await readOwner(paths)).toMatchObject({
    running: false,
    phase: "stopped",
    pid: null,
    port: null,
    address: null,
    shutdownReason: "SIGTERM",
    stoppedAtMs: 2,
  });
});

test("is given to one only, and given on", async () => {
  const dir = tempDir();
  const paths = pathsIn(dir);
  const first = await takeOwnership(paths, { configPath: "/etc/loong.yaml" });
  const startedMs = performance.now();
  await expect(takeOwnership(paths, {})).rejects.toMatchObject({
    code: "GATEWAY_ALREADY_RUNNING",
    message: `A gateway already runs as process ${process.pid} with /etc/loong.yaml.`,
  });
  expect(performance.now() - startedMs).toBeLessThan(5_000);
  await first.release();
  await first.release({ lastError: "too late" });
  const second = await takeOwnership(paths, {});
  expect(await readOwner(paths)).toMatchObject({ running: true, lastError: null });
  await second.release();
});

test("writes every fact, however fast they come", async () => {
  const dir = tempDir();
  const paths = pathsIn(dir);
  const ownership = await takeOwnership(paths, {});
  const updates = Array.from({ length: 100 }, (_, port) => ownership.update({ port }));
  await Promise.all(updates);
  expect(await readOwner(paths)).toMatchObject({ port: 99 });
  await Promise.all([ownership.update({ lastError: "e" }), ownership.release({ phase: "failed" })]);
  await ownership.update({ phase: "running" });
  expect(await readOwner(paths)).toMatchObject({ phase: "failed", lastError: "e" });
});

test("keeps its files to their owner and leaves no drafts", async () => {
  const dir = tempDir();
  const paths = pathsIn(dir);
  const ownership = await takeOwnership(paths, {});
  expect(readdirSync(join(dir, "run")).sort()).toEqual(["owner.json", "owner.lock"]);
  expect(statSync(join(dir, "run")).mode & 0o777).toBe(0o700);
  for (const file of [paths.lockFile, paths.ownerFile]) expect(statSync(file).mode & 0o777).toBe(0o600);
  await ownership.release();
});

test.for([
  ["torn", '{"phase":"runn'],
  ["of another kind", "[]"],
  ["empty", ""],
] as const)("bears an owner file that is %s", async ([, text]) => {
  const dir = tempDir();
  const paths = pathsIn(dir);
  const ownership = await takeOwnership(paths, {});
  writeFileSync(paths.ownerFile, text);
  expect(await readOwner(paths)).toMatchObject({ running: true, phase: "starting", pid: null });
  await expect(takeOwnership(paths, {})).rejects.toMatchObject({
    code: "GATEWAY_ALREADY_RUNNING",
    message: "A gateway already runs.",
  });
  await ownership.update({ phase: "running" });
  expect(JSON.parse(readFileSync(paths.ownerFile, "utf8"))).toMatchObject({ phase: "running" });
  await ownership.release();
});

test("says what is wrong when there can be no lock", async () => {
  const dir = tempDir();
  const paths = pathsIn(dir);
  writeFileSync(join(dir, "run"), "a file");
  await expect(takeOwnership(paths, {})).rejects.toMatchObject({ code: "HOST_DIRECTORY_UNSAFE" });
  const other = { lockFile: join(dir, "not-a-lock"), ownerFile: join(dir, "owner.json") };
  writeFileSync(other.lockFile, "not a database ".repeat(100));
  await expect(takeOwnership(other, {})).rejects.toMatchObject({
    code: "GATEWAY_LOCK_UNUSABLE",
    hint: expect.stringContaining(other.lockFile) as string,
  });
});
