import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { FeishuEmulator } from "@loong/feishu/emulator";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { CONFIG, type FaultRoom, openFaultRoom } from "./fault-room.ts";
import { type Scene, stopped } from "./scene.ts";

/** What can happen to the journal's file, on a real disk, under a real gateway. */

type Delivery = ReturnType<FeishuEmulator["deliveries"]>[number];

const SENDS = "/open-apis/im/v1/messages/**";

let scene: Scene;
let room: FaultRoom;
beforeAll(async () => {
  room = await openFaultRoom();
  ({ scene } = room);
});
afterEach(() => scene.restores());
afterAll(() => scene?.closes());

const journal = (suffix = "") => join(scene.operator.home, `state/journal.sqlite${suffix}`);

test("the log is taken away after a crash: it starts, and says since when something may be lost", async () => {
  scene.config(CONFIG);
  expect(await stopped(await scene.connects())).toBe(0);
  const killed = await scene.connects();
  await room.eachAnsweredOnce(room.says("before the kill"));
  killed.signal("SIGKILL");
  await killed.ended;
  for (const suffix of ["-wal", "-shm"]) rmSync(journal(suffix));

  const next = await scene.connects();
  expect(next.output()).toMatch(/journal\.sqlite-wal was removed after a crash: what was stored since .* may be lost/);
  await room.eachAnsweredOnce(room.says("after it"));
  expect(await stopped(next)).toBe(0);
});

test("a damaged page: the start is refused, says how to come back, and changes nothing", async () => {
  scene.config(CONFIG);
  expect(await stopped(await scene.connects())).toBe(0);
  const bytes = readFileSync(journal());
  bytes.fill(0xff, 4_096 * 2, 4_096 * 4);
  writeFileSync(journal(), bytes);

  const { code, stderr } = await scene.types("loong gateway run --port 0");
  expect(code).toBe(78);
  expect(stderr).toMatch(/^error: .*journal\.sqlite is damaged: [^]*\nhint: .*loong backup restore/);
  expect(readFileSync(journal()).equals(bytes)).toBe(true);
});

test("a damaged page in a journal too large to be read before the start: it is found, and from then on nothing is taken", async () => {
  scene.config(CONFIG);
  expect(await stopped(await scene.connects())).toBe(0);
  const database = new DatabaseSync(journal());
  database.exec("INSERT INTO transcript VALUES (1, 'k', 'user', NULL, printf('%.*c', 100000, 'x'), 0)");
  database.close();
  const bytes = readFileSync(journal());
  bytes.subarray(-4_096 * 4, -4_096 * 2).fill(0xff);
  writeFileSync(journal(), bytes);
  truncateSync(journal(), 40_000_000);

  const gateway = scene.starts("loong gateway run --port 0");
  await gateway.waitFor(/Safe mode: nothing is served, since the journal was read through and .* is damaged/);
  const said = room.says("is anybody there?");
  await expect
    .poll(() => scene.status())
    .toMatchObject({
      ready: false,
      safeMode: { reason: expect.stringContaining("HOST_JOURNAL_DAMAGED") as string },
      surfaces: [{ state: "UNKNOWN_ERROR", nextAttemptAtMs: null }],
    });
  expect(room.answersTo(said)).toEqual([]);
  expect(await stopped(gateway)).toBe(0);
  const { code, stderr } = await scene.types("loong gateway run --port 0");
  expect([code, stderr]).toEqual([78, expect.stringMatching(/is damaged: [^]*\nhint: .*loong backup restore/)]);
});

test("another program holds the journal locked: nothing is acknowledged meanwhile, and nothing is lost", async () => {
  scene.config(CONFIG);
  const gateway = await scene.connects();
  const other = new DatabaseSync(journal());
  other.exec("BEGIN IMMEDIATE");
  const said = ["first", "second"].map(room.says);
  await gateway.waitFor("JOURNAL_LOCKED");
  expect(said.flatMap(room.answersTo)).toEqual([]);
  other.exec("ROLLBACK");
  other.close();
  await room.eachAnsweredOnce(...said);
  expect(await stopped(gateway)).toBe(0);
});

/** A small disk for the journal alone. */
function mountDisk(): boolean {
  const state = join(scene.operator.home, "state");
  mkdirSync(state, { mode: 0o700 });
  return spawnSync("mount", ["-t", "tmpfs", "-o", "size=2m,mode=0700", "tmpfs", state]).status === 0;
}

function unmountDisk(): void {
  spawnSync("umount", ["--lazy", join(scene.operator.home, "state")]);
}

const BLOCK = Buffer.alloc(4_096);

/** Takes every block that is left. @returns gives them back. */
function fillDisk(): () => void {
  const ballast = join(scene.operator.home, "state/ballast");
  let free = true;
  while (free) free = grows(ballast);
  return () => rmSync(ballast);
}

function grows(file: string): boolean {
  try {
    writeFileSync(file, BLOCK, { flag: "a" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
    return false;
  }
}

test("the disk is full: what cannot be stored is not acknowledged, what is under way waits, and room mends it", async (context) => {
  scene.config(CONFIG);
  if (!mountDisk()) context.skip("this machine lets nobody mount a small disk");
  try {
    const gateway = await scene.connects();
    await room.eachAnsweredOnce(room.says("there is room"));
    scene.platform.inject({ path: SENDS, method: "POST", action: { slowMs: 400 } });
    const underWay = room.says("under way");
    await expect.poll(() => scene.platform.requests().some(({ path }) => path.includes(underWay))).toBe(true);
    const free = fillDisk();
    const refused = ["no room", "none yet"].map(room.says);
    await gateway.waitFor("the outcome of a send could not be recorded yet");
    const isTriedAgain = ({ state, attempts }: Delivery) => state === "waiting" && attempts.length > 1;
    await expect.poll(() => scene.platform.deliveries().filter(isTriedAgain)).toHaveLength(refused.length);
    expect(refused.flatMap(room.answersTo)).toEqual([]);
    free();
    await room.eachAnsweredOnce(underWay, ...refused);
    expect(await stopped(gateway)).toBe(0);
  } finally {
    unmountDisk();
  }
});
