import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { PluginStatus, Surface } from "@loong/api";
import { expect, test as base } from "vitest";
import { openDirect } from "../../src/direct.ts";
import { createHome, type GatewayProcess } from "../gateway-process.ts";
import { fixture } from "../plugin-tree.ts";
import { tempDir } from "../temp-dir.ts";
import { layPlugin, NEVER_YIELD } from "./hostile-plugins.ts";

/** Dies while it serves, unless it is well. */
const FRAIL = `
  const { existsSync } = await import("node:fs");
  if (!existsSync("well")) setTimeout(() => process.exit(3), 20);
  inbound.report({ state: "connected" });
  await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));`;

const DEAF = `(await import("node:fs")).writeFileSync("deaf", ""); ${NEVER_YIELD}`;

const test = base.extend<{ readonly at: ReturnType<typeof createHome> }>({
  // oxlint-disable-next-line no-empty-pattern
  at: async ({}, use) => {
    const home = createHome(tempDir());
    layPlugin(home.paths.pluginsDir, { id: "frail", inServe: FRAIL });
    layPlugin(home.paths.pluginsDir, { id: "weak", inServe: "process.exit(3);" });
    layPlugin(home.paths.pluginsDir, { id: "deaf", inServe: DEAF });
    configure(home, "  frail: { note: x }\n");
    await use(home);
    await home.leave();
  },
});

function configure({ paths }: ReturnType<typeof createHome>, channels: string, entries = ""): void {
  const plugins = `plugins:\n  paths: [${fixture("parrot")}]\n${entries}`;
  writeFileSync(join(paths.home, "config.yaml"), `${plugins}agent: { use: parrot }\nchannels:\n${channels}`, {
    mode: 0o600,
  });
}

function surfaceWhen(
  at: ReturnType<typeof createHome>,
  gateway: GatewayProcess,
  fits: (surface: Surface) => boolean,
): Promise<Surface> {
  return at
    .status(gateway, ({ surfaces: [surface] }) => surface !== undefined && fits(surface))
    .then(({ surfaces: [surface] }) => surface as Surface);
}

function compiledFilesOf(at: ReturnType<typeof createHome>, id: string): number {
  return readdirSync(join(at.paths.dataDir, id, ".compiled"), { recursive: true }).length;
}

async function pluginNow(at: ReturnType<typeof createHome>, id: string): Promise<PluginStatus | undefined> {
  return (await at.control.status()).plugins.find((plugin) => plugin.id === id);
}

test("a plugin whose process dies is started again and connects", async ({ at }) => {
  const gateway = at.start({ port: 0, isolation: { deaths: 1_000 } });
  const lost = await surfaceWhen(at, gateway, ({ state }) => state === "TRANSIENT_DISCONNECT");
  expect(lost.reason).toBe("ISOLATION_PROCESS_ENDED: The process of @acme/frail is gone: it left with exit code 3.");
  writeFileSync(join(at.paths.dataDir, "frail", "well"), "");
  await surfaceWhen(at, gateway, ({ state, sinceMs }) => state === "CONNECTED" && Date.now() - sinceMs > 500);
  expect(await pluginNow(at, "frail")).toMatchObject({ state: "loaded", isolation: "process" });
});

test("one that dies three times is left alone until somebody looks after it", async ({ at }) => {
  const gateway = at.start({ port: 0 });
  const held = await surfaceWhen(at, gateway, ({ state }) => state === "UNKNOWN_ERROR");
  expect(held).toMatchObject({
    nextAttemptAtMs: null,
    hint: expect.stringContaining("loong plugins enable frail") as string,
  });
  expect(held.reason).toMatch(
    /^PLUGIN_QUARANTINED: .*died 3 times in 10 minutes; the last time it left with exit code 3/,
  );
  expect(await pluginNow(at, "frail")).toMatchObject({ state: "failed", error: { code: "PLUGIN_QUARANTINED" } });

  writeFileSync(join(at.paths.dataDir, "frail", "well"), "");
  expect(await at.control.pluginsReload({ again: "frail" })).toMatchObject({ accounts: ["frail/default"] });
  await surfaceWhen(at, gateway, ({ state }) => state === "CONNECTED");
  expect(await pluginNow(at, "frail")).toMatchObject({ state: "loaded" });
});

test("a change of its config lets it run again too, and no other one", async ({ at }) => {
  configure(at, "  frail: { note: x }\n  weak: { note: x }\n");
  const gateway = at.start({ port: 0, isolation: { deaths: 1 } });
  await at.status(gateway, ({ surfaces }) => surfaces.filter(({ state }) => state === "UNKNOWN_ERROR").length === 2);
  writeFileSync(join(at.paths.dataDir, "frail", "well"), "");
  configure(at, "  frail: { note: y }\n  weak: { note: x }\n");
  expect(await surfaceWhen(at, gateway, ({ state }) => state === "CONNECTED")).toMatchObject({ reason: null });
  expect(await at.control.pluginsReload({})).toMatchObject({ accounts: [] });
  expect(await pluginNow(at, "weak")).toMatchObject({ state: "failed", error: { code: "PLUGIN_QUARANTINED" } });
});

test("one that the operator took into the gateway's own process takes the gateway with it", async ({ at }) => {
  configure(at, "  frail: { note: x }\n", "  entries: { frail: { isolation: inline } }\n");
  const gateway = at.start({ port: 0 });
  expect(await gateway.ended).toEqual({ code: 3, signal: null });
});

test("no process outlives a gateway that was killed", async ({ at }) => {
  mkdirSync(join(at.paths.dataDir, "frail"), { recursive: true, mode: 0o700 });
  writeFileSync(join(at.paths.dataDir, "frail", "well"), "");
  const gateway = at.start({ port: 0 });
  await surfaceWhen(at, gateway, ({ state }) => state === "CONNECTED");
  const pid = (await at.status(gateway, ({ plugins }) => plugins.some(({ pid }) => pid !== undefined))).plugins.find(
    ({ id }) => id === "frail",
  )?.pid;
  expect(commandOf(pid)).toContain("plugin-child");
  // What it has compiled is there for the next one.
  await expect.poll(() => compiledFilesOf(at, "frail")).toBeGreaterThan(10);
  gateway.child.kill("SIGKILL");
  await gateway.ended;
  await expect.poll(() => commandOf(pid)).not.toContain("plugin-child");
});

test("not even one that never yields", async ({ at }) => {
  configure(at, "  deaf: { note: x }\n");
  const gateway = at.start({ port: 0, isolation: { missedBeats: 1_000 } });
  const { plugins } = await at.status(gateway, () => existsSync(join(at.paths.dataDir, "deaf", "deaf")));
  const pid = plugins.find(({ id }) => id === "deaf")?.pid;
  expect(commandOf(pid)).toContain("plugin-child");
  gateway.child.kill("SIGKILL");
  await gateway.ended;
  await expect.poll(() => commandOf(pid)).not.toContain("plugin-child");
});

test("a command tells what is wrong with a hostile plugin and serves the others", async ({ at }) => {
  layPlugin(at.paths.pluginsDir, { id: "mute", atImport: "process.exit(9);" });
  configure(at, "  frail: { note: x }\n  mute: { note: x }\n");
  const options = { env: { LOONG_HOME: at.paths.home }, bundled: [], version: "1.2.3", now: () => Date.now() };
  const direct = await openDirect(options);
  const reports = await direct.probe({});
  await direct.close();
  expect(reports.map(({ channel, probe }) => [channel, probe?.ok, probe?.problems[0]?.message])).toEqual([
    ["frail", true, undefined],
    ["mute", false, "The process of @acme/mute is gone: it left with exit code 9."],
  ]);
});

function commandOf(pid: number | undefined): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}
