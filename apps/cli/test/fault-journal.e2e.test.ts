import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { ChatHandle, FeishuEmulator } from "@loong/feishu/emulator";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { openScene, type Scene, stopped } from "./scene.ts";

/** What can happen to the journal's file, on a real disk, under a real gateway. */

type Delivery = ReturnType<FeishuEmulator["deliveries"]>[number];

const APP = { appId: "cli_a9f6c72aa7b85bca", appSecret: "fault-secret", botName: "Loong" };
const SENDS = "/open-apis/im/v1/messages/**";
const CONFIG = `agent: { use: echo }
channels:
  lark:
    groupPolicy: open
    ackReactions: false
`;

let scene: Scene;
let room: ChatHandle;
beforeAll(async () => {
  // The platform's waits, scaled so that seconds hold what a day would.
  scene = await openScene([APP], {
    redeliveryDelaysMs: Array.from({ length: 40 }, () => 500),
    ackTimeoutMs: 1_000,
  });
  room = scene.platform.group("Room", [scene.platform.user("Ada")], [APP.appId]);
});
afterEach(() => scene.restores());
afterAll(() => scene?.closes());

const journal = (suffix = "") => join(scene.operator.home, `state/journal.sqlite${suffix}`);

const says = (text: string) => scene.says(room, "Ada", `@Loong ${text}`);

const answersTo = (messageId: string) => scene.platform.shows(room).filter(({ parentId }) => parentId === messageId);

async function eachAnsweredOnce(messageIds: readonly string[]): Promise<void> {
  await expect.poll(() => messageIds.filter((id) => answersTo(id).length === 0)).toEqual([]);
  expect(messageIds.filter((id) => answersTo(id).length > 1)).toEqual([]);
}

test("the log is taken away after a crash: it starts, and says since when something may be lost", async () => {
  scene.config(CONFIG);
  expect(await stopped(await scene.connects())).toBe(0);
  const killed = await scene.connects();
  await eachAnsweredOnce([says("before the kill")]);
  killed.signal("SIGKILL");
  await killed.ended;
  for (const suffix of ["-wal", "-shm"]) rmSync(journal(suffix));

  const next = await scene.connects();
  expect(next.output()).toMatch(/journal\.sqlite-wal was removed after a crash: what was stored since .* may be lost/);
  await eachAnsweredOnce([says("after it")]);
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

test("another program holds the journal locked: nothing is acknowledged meanwhile, and nothing is lost", async () => {
  scene.config(CONFIG);
  const gateway = await scene.connects();
  const other = new DatabaseSync(journal());
  other.exec("BEGIN IMMEDIATE");
  const said = ["first", "second"].map(says);
  await gateway.waitFor("JOURNAL_LOCKED");
  expect(said.flatMap(answersTo)).toEqual([]);
  other.exec("ROLLBACK");
  other.close();
  await eachAnsweredOnce(said);
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
    await eachAnsweredOnce([says("there is room")]);
    scene.platform.inject({ path: SENDS, method: "POST", action: { slowMs: 400 } });
    const underWay = says("under way");
    await expect.poll(() => scene.platform.requests().some(({ path }) => path.includes(underWay))).toBe(true);
    const free = fillDisk();
    const refused = ["no room", "none yet"].map(says);
    await gateway.waitFor("the outcome of a send could not be recorded yet");
    const isTriedAgain = ({ state, attempts }: Delivery) => state === "waiting" && attempts.length > 1;
    await expect.poll(() => scene.platform.deliveries().filter(isTriedAgain)).toHaveLength(refused.length);
    expect(refused.flatMap(answersTo)).toEqual([]);
    free();
    await eachAnsweredOnce([underWay, ...refused]);
    expect(await stopped(gateway)).toBe(0);
  } finally {
    unmountDisk();
  }
});
