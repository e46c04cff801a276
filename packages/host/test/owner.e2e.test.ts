import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readOwner, takeOwnership } from "../src/owner/index.ts";
import { tempDir } from "./temp-dir.ts";

function pathsIn(dir: string) {
  return { lockFile: join(dir, "run", "owner.lock"), ownerFile: join(dir, "run", "owner.json") };
}

/** A process that tries to become the owner, and the first word it says. */
async function candidate(dir: string): Promise<{ readonly child: ChildProcess; readonly word: string }> {
  const args = ["--conditions=@loong/source", join(import.meta.dirname, "own.ts"), dir];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const [chunk] = (await once(child.stdout, "data")) as [Buffer];
  return { child, word: chunk.toString().trim() };
}

async function kill(child: ChildProcess): Promise<void> {
  const exited = once(child, "exit");
  child.kill("SIGKILL");
  await exited;
}

test("after kill -9 the next one takes over at once", async () => {
  const dir = tempDir();
  const paths = pathsIn(dir);
  const { child, word } = await candidate(dir);
  expect(word).toBe("owner");
  expect(await readOwner(paths)).toMatchObject({ running: true, phase: "running", pid: child.pid, port: 1 });
  await expect(takeOwnership(paths, {})).rejects.toMatchObject({
    code: "GATEWAY_ALREADY_RUNNING",
    message: `A gateway already runs as process ${child.pid}.`,
  });

  await kill(child);
  expect(await readOwner(paths)).toMatchObject({
    running: false,
    phase: "failed",
    pid: null,
    port: null,
    shutdownReason: "ended without shutting down",
  });
  const ownership = await takeOwnership(paths, {});
  expect(await readOwner(paths)).toMatchObject({ running: true, phase: "starting", pid: process.pid });
  await ownership.release();
});

test("of many that start at once exactly one becomes the owner, while others watch", async () => {
  const dir = tempDir();
  const paths = pathsIn(dir);
  let watching = true;
  const watch = (async () => {
    while (watching) {
      await readOwner(paths);
      await new Promise(setImmediate);
    }
  })();
  const candidates = await Promise.all(Array.from({ length: 5 }, () => candidate(dir)));
  watching = false;
  await watch;
  expect(candidates.map(({ word }) => word).sort()).toEqual([
    ...Array.from({ length: 4 }, () => "GATEWAY_ALREADY_RUNNING"),
    "owner",
  ]);
  await Promise.all(candidates.filter(({ word }) => word === "owner").map(({ child }) => kill(child)));
});
