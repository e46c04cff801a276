import { chmodSync, readFileSync, statSync } from "node:fs";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { ChatHandle } from "@loong/feishu/emulator";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { writeFakeChannel } from "./fake-channel.ts";
import { openScene, reconfigured, type Scene, stopped } from "./scene.ts";
import { gatewayStatus } from "./states.ts";

/** What is broken stays in its place: everything else goes on, and somebody is told what to mend. */

const APP = { appId: "cli_a9f6c72aa7b85bca", appSecret: "broken-secret", botName: "Loong" };
const SECOND = { appId: "cli_bbbbbbbbbbbbbbbb", appSecret: "broken-secret-2", botName: "Second" };

const GOOD = `agent: { use: echo }
channels:
  lark:
    groupPolicy: open
    ackReactions: false
`;
/** As an editor leaves it that was killed while it saved. */
const TORN = `${GOOD}    allowFrom: ["ou_1`;
const TORN_LINE = 6;

let scene: Scene;
let room: ChatHandle;

beforeAll(async () => {
  // The platform's waits, scaled so that seconds hold what a day would.
  scene = await openScene([APP, SECOND], {
    redeliveryDelaysMs: [200, 400, 800, 1_600, 3_200, 6_400],
    ackTimeoutMs: 1_000,
  });
  room = scene.platform.group("Room", [scene.platform.user("Ada")], [APP.appId]);
});
afterEach(() => scene.restores());
afterAll(() => scene?.closes());

async function answers(text: string): Promise<void> {
  expect(await scene.answerTo(room, scene.says(room, "Ada", `@Loong ${text}`))).toContain(text);
}

describe("a half-written config", () => {
  test("at the start: its last good copy is used, and the problem is named with its line", async () => {
    scene.config(GOOD);
    expect(await stopped(await scene.connects())).toBe(0);
    scene.config(TORN);

    const gateway = await scene.connects();
    expect(gateway.output()).toMatch(new RegExp(`config\\.yaml:${TORN_LINE}:\\d+ CONFIG_PARSE`));
    expect(gateway.output()).toContain("its last good copy is used");
    await answers("with the copy");
    expect(await stopped(gateway)).toBe(0);
    expect(scene.written()).toBe(TORN);
  });

  test("at the very first start there is no copy: 78, and the line to mend", async () => {
    scene.config(TORN);
    const { code, stdout, stderr } = await scene.types("loong gateway run --port 0");
    expect({ code, stdout }).toEqual({ code: 78, stdout: "" });
    expect(stderr).toMatch(new RegExp(`^error: .*config\\.yaml:${TORN_LINE}:\\d+.*\\nhint: .*loong config`));
  });

  test("while it runs: the old config stays, and the next good edit is picked up", async () => {
    scene.config(GOOD);
    const gateway = await scene.connects();
    scene.config(TORN);
    await gateway.waitFor(/the changed config is not used: .*line=6/);
    await answers("with the old one");

    await reconfigured(gateway, () => scene.config(GOOD.replace("groupPolicy: open", "groupPolicy: disabled")));
    const refused = scene.says(room, "Ada", "@Loong and now?");
    await gateway.waitFor("groups are disabled");
    expect(scene.isUnanswered(room, refused)).toBe(true);
    expect(await stopped(gateway)).toBe(0);
  });

  test("an empty file, when it was not empty before", async () => {
    scene.config(GOOD);
    expect(await stopped(await scene.connects())).toBe(0);
    scene.config("");
    const gateway = await scene.connects();
    expect(gateway.output()).toContain("CONFIG_EMPTY");
    await answers("still here");
    expect(await stopped(gateway)).toBe(0);
  });
});

describe("an unknown key", () => {
  const TWO = `agent: { use: echo }
channels:
  lark:
    baseUrl: BASE_URL
    dmPolicy: open
    defaultAccount: first
    accounts:
      first:
        appId: ${APP.appId}
        appSecret: ${APP.appSecret}
      second:
        appId: ${SECOND.appId}
        appSecret: ${SECOND.appSecret}
        allowform: ["ou_1"]
`;

  test("disables its account, names the nearest key, and the other account runs", async () => {
    scene.config(TWO.replace("BASE_URL", scene.platform.url));
    const { code, stdout, stderr } = await scene.types("loong config validate");
    expect(code).toBe(1);
    expect(stdout + stderr).toMatch(/config\.yaml:14:9 CONFIG_UNKNOWN_KEY .*allowform[^]*allowFrom/);

    const gateway = await scene.connects();
    const chat = scene.platform.directChat("Ada", APP.appId);
    expect(await scene.answerTo(chat, scene.says(chat, "Ada", "first?"))).toContain("first?");
    expect((await scene.status()).surfaces).toMatchObject([
      { account: "first", state: "CONNECTED" },
      { account: "second", state: "UNKNOWN_ERROR", reason: expect.stringContaining("allowform") },
    ]);
    expect(scene.platform.connections(SECOND.appId)).toEqual([]);

    // Mended, it runs without a restart of anything else.
    await reconfigured(gateway, () => scene.config(scene.written().replace("allowform", "allowFrom")));
    await expect.poll(() => scene.status()).toMatchObject({ ready: true });
    expect(scene.platform.connections(APP.appId)).toHaveLength(1);
    expect(await stopped(gateway)).toBe(0);
  });
});

describe("a broken plugin", () => {
  /** The config with a plugin, and the account it would serve. */
  function withPlugin(directory: string): void {
    scene.config(`${GOOD}  broken:\n    token: something\nplugins:\n  paths: ["${directory}"]\n`);
  }

  const SWITCH_OFF = "loong config set plugins.entries.broken.enabled false";
  const folder = () => join(dirname(scene.operator.home), "plugins");

  const plugin = async () => (await scene.status()).plugins.find(({ id }) => id === "broken");

  /** @returns what the two about the status say. */
  async function commandsStillWork(): Promise<{ readonly status: string; readonly gatewayStatus: string }> {
    const [sent, status = "", gatewayStatus = ""] = await Promise.all(
      [
        `loong message send --channel lark --to ${room.chatId} --message "from the shell"`,
        "loong status",
        "loong gateway status",
        "loong channels",
        "loong config get agent.use",
      ].map(scene.typesWell),
    );
    expect(sent).toMatch(/^Sent/);
    return { status, gatewayStatus };
  }

  test("one that throws at import: named in the status with file and line; the other channel and every command work", async () => {
    withPlugin(await writeFakeChannel(folder(), { id: "broken" }));
    const gateway = await scene.connects();
    await gateway.waitFor(/fake-broken failed while it was loaded: Error: this code must not run \(index\.js:1\)/);
    await expect.poll(plugin).toMatchObject({
      state: "failed",
      packageName: "fake-broken",
      error: { code: "PLUGIN_IMPORT_FAILED", hint: expect.stringContaining(SWITCH_OFF) },
    });
    await expect
      .poll(async () => (await scene.status()).surfaces)
      .toMatchObject([
        { channel: "feishu", state: "CONNECTED" },
        { channel: "broken", state: "UNKNOWN_ERROR", reason: expect.stringContaining("fake-broken") },
      ]);
    await answers("untouched");
    expect(await commandsStillWork()).toEqual({
      status: expect.stringMatching(/broken +default +UNKNOWN_ERROR/),
      gatewayStatus: expect.stringContaining("fake-broken"),
    });
    expect(await stopped(gateway)).toBe(0);

    // What the hint says mends it.
    await scene.typesWell(SWITCH_OFF);
    const mended = await scene.connects();
    expect(mended.output()).not.toContain("this code must not run");
    await expect.poll(plugin).toMatchObject({ state: "disabled", error: null });
    expect(await stopped(mended)).toBe(0);
  });

  test("one for a newer contract: refused before its code runs, with both versions", async () => {
    const directory = await writeFakeChannel(folder(), { id: "broken" });
    const manifest = join(directory, "package.json");
    const text = readFileSync(manifest, "utf8");
    scene.operator.write("../plugins/broken/package.json", text.replace('"contract":"^1.0.0"', '"contract":"^9.0.0"'));
    withPlugin(directory);
    const gateway = await scene.connects();
    expect(gateway.output()).toMatch(/fake-broken needs plugin contract \^9\.0\.0; this Loong offers only 1\.\d+\.\d+/);
    expect(gateway.output()).not.toContain("this code must not run");
    await expect.poll(plugin).toMatchObject({
      state: "failed",
      error: { code: "PLUGIN_CONTRACT_TOO_NEW" },
    });
    await answers("untouched");
    await commandsStillWork();
    expect(await stopped(gateway)).toBe(0);
  });
});

describe("who owns the state directory", () => {
  test("a second gateway exits 78 at once and names the first; after kill -9 the next start takes over", async () => {
    scene.config(GOOD);
    const startedAtMs = performance.now();
    const first = await scene.connects();
    const connectedAtMs = performance.now();
    const second = await scene.types("loong gateway run --port 0");
    // However long a process takes to start on this machine now.
    expect(performance.now() - connectedAtMs).toBeLessThan(2_000 + connectedAtMs - startedAtMs);
    expect(second).toMatchObject({
      code: 78,
      stderr: expect.stringMatching(new RegExp(`^error: .*${first.pid}.*\\nhint: `)),
    });

    first.signal("SIGKILL");
    await first.ended;
    expect(await gatewayStatus(scene.operator)).toMatchObject({ running: false, pid: null });
    const next = await scene.connects();
    expect(await scene.status()).toMatchObject({ running: true, pid: next.pid });
    await answers("taken over");
    expect(await stopped(next)).toBe(0);
  });

  test("a port that is taken: 78, and the port is named", async () => {
    scene.config(GOOD);
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    const { code, stderr } = await scene.types(`loong gateway run --port ${port}`);
    other.close();
    expect(code).toBe(78);
    expect(stderr).toMatch(new RegExp(`error: Port ${port} on 127\\.0\\.0\\.1 is taken.*\\nhint: .*--port`));
    expect(await gatewayStatus(scene.operator)).toMatchObject({ running: false, phase: "failed" });
    // The failed start has left nothing behind.
    expect(await stopped(await scene.connects())).toBe(0);
  });

  test("a database of a newer version: refused with both versions, and left as it is", async () => {
    scene.config(GOOD);
    expect(await stopped(await scene.connects())).toBe(0);
    const file = join(scene.operator.home, "state/journal.sqlite");
    const database = new DatabaseSync(file);
    const known = Number(database.prepare("PRAGMA user_version").get()?.["user_version"]);
    database.exec("PRAGMA user_version = 99; PRAGMA wal_checkpoint(TRUNCATE)");
    database.close();
    const before = readFileSync(file);

    const { code, stderr } = await scene.types("loong gateway run --port 0");
    expect(code).toBe(78);
    expect(stderr).toMatch(
      new RegExp(`error: .*has version 99; this Loong knows versions up to ${known}\\..*\\nhint: `),
    );
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  test("a state directory that others may enter: what is in it is private all the same, and doctor closes it", async () => {
    scene.config(GOOD);
    const { home } = scene.operator;
    chmodSync(home, 0o755);
    const gateway = await scene.connects();
    const mode = (name: string) => (statSync(join(home, name)).mode & 0o777).toString(8);
    expect(["run", "state", "logs"].map(mode)).toEqual(["700", "700", "700"]);
    expect(["run/control.sock", "run/owner.json", "state/journal.sqlite"].map(mode)).toEqual(["600", "600", "600"]);
    expect(await stopped(gateway)).toBe(0);

    const found = await scene.types("loong doctor --offline");
    expect(found.stdout).toMatch(/can be entered by others \(mode 755\)[^]*loong doctor --fix/);
    await scene.types("loong doctor --offline --fix");
    expect(mode("")).toBe("700");
  });

  test("a folder for the control socket that others may enter is closed before anything is put there", async () => {
    scene.config(GOOD);
    const run = dirname(scene.operator.write("run/left-behind", ""));
    chmodSync(run, 0o777);
    const gateway = await scene.connects();
    expect((statSync(run).mode & 0o777).toString(8)).toBe("700");
    expect(await stopped(gateway)).toBe(0);
  });
});

test("SIGTERM under load: 0 within 8 s, and the next start loses nothing", async () => {
  const { platform } = scene;
  const ROOMS = 10;
  const MESSAGES = 60;
  scene.config(`gateway: { messagesPerMinute: 0 }\n${GOOD}`);
  const rooms = Array.from({ length: ROOMS }, (_, index) => platform.group(`load ${index}`, ["Ada"], [APP.appId]));
  // Slow enough that many sends are under way whenever the signal comes.
  platform.inject({ path: "/open-apis/im/v1/messages/**", method: "POST", action: { slowMs: 500 } });
  const gateway = await scene.connects();

  const said: (readonly [ChatHandle, string])[] = [];
  const answered = ([chat, messageId]: readonly [ChatHandle, string]) =>
    platform.shows(chat).filter(({ parentId }) => parentId === messageId).length;
  for (let index = 0; index < MESSAGES; index++) {
    const chat = rooms[index % ROOMS] ?? room;
    said.push([chat, scene.says(chat, "Ada", `@Loong load ${index}`)]);
  }
  await expect.poll(() => said.filter((one) => answered(one) > 0).length, { timeout: 10_000 }).toBeGreaterThan(5);

  const askedAtMs = performance.now();
  expect(await stopped(gateway)).toBe(0);
  expect(performance.now() - askedAtMs).toBeLessThan(8_000);
  // There was something to lose.
  expect(said.some((one) => answered(one) === 0)).toBe(true);

  platform.clearFaults();
  const next = await scene.connects();
  await expect.poll(() => said.filter((one) => answered(one) === 0).length, { timeout: 20_000 }).toBe(0);
  await answers("all done?");
  expect(said.map(answered)).toEqual(said.map(() => 1));
  expect(await stopped(next)).toBe(0);
});
