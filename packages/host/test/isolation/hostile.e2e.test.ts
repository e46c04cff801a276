import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { GatewayStatus } from "@loong/api";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { createHome, type GatewayProcess } from "../gateway-process.ts";
import { fixture } from "../plugin-tree.ts";
import { warm } from "./compiled.ts";
import { isAlive } from "./gone.ts";
import { hostilePlugins, layPlugin } from "./hostile-plugins.ts";

const MEGABYTE = 1024 * 1024;
const LIMITS = {
  loadMs: 45_000,
  beatMs: 100,
  missedBeats: 30,
  heapMegabytes: 48,
  residentBytes: 320 * MEGABYTE,
  deaths: 1,
};

describe("a gateway with thirteen hostile plugins", () => {
  const root = mkdtempSync(join(tmpdir(), "loong-hostile-"));
  const at = createHome(root);
  const outFile = join(at.paths.dataDir, "relay", "out.jsonl");
  let gateway: GatewayProcess;
  let status: GatewayStatus;

  beforeAll(async () => {
    for (const plugin of hostilePlugins) {
      layPlugin(at.paths.pluginsDir, plugin);
      warm(join(at.paths.dataDir, plugin.id));
    }
    const channels = hostilePlugins.map(({ id }) => `  ${id}: { note: x }\n`).join("");
    const relay = `  relay: { mode: webhook, token: tok-of-relay, outFile: ${outFile}, dmPolicy: open, allowFrom: ["*"] }\n`;
    const paths = ["relay", "parrot"].map(fixture).join(", ");
    const text = `plugins:\n  paths: [${paths}]\nagent: { use: parrot }\nchannels:\n${channels}${relay}`;
    writeFileSync(join(root, "config.yaml"), text, { mode: 0o600 });
    gateway = at.start({ port: 0, isolation: LIMITS }, { LOONG_TEST_SECRET: "sesame" });
    const isOver = ({ state }: { state: string }) => state === "UNKNOWN_ERROR" || state === "TRANSIENT_DISCONNECT";
    const areOver = ({ surfaces }: GatewayStatus) => surfaces.filter(isOver).length === hostilePlugins.length;
    status = await at.status(gateway, areOver, 100_000);
    // Fourteen processes begin at once.
  }, 120_000);
  afterAll(async () => {
    await at.leave();
    rmSync(root, { recursive: true, force: true });
  });

  test.each(hostilePlugins)("names $id, which $what, and the reason", ({ id, reason }) => {
    const surface = status.surfaces.find(({ channel }) => channel === id);
    expect(surface?.reason).toMatch(reason);
    expect(surface?.hint).toEqual(expect.any(String));
    expect(status.plugins.find((plugin) => plugin.id === id)).toMatchObject({ isolation: "process" });
  });

  test("answers on the channel that does no harm, which has a process of its own too", async () => {
    const response = await fetch(`http://127.0.0.1:${status.port}/relay/events`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-relay-token": "tok-of-relay" },
      body: JSON.stringify({ id: "e1", room: "room-1", from: "someone", say: "still there?" }),
    });
    expect(await response.json()).toEqual({ accepted: ["stored"] });
    await expect.poll(() => readFileSync(outFile, "utf8")).toContain("still there? (0 before)");
    const now = await at.control.status();
    expect(now.plugins.find(({ id }) => id === "relay")).toMatchObject({ isolation: "process", state: "loaded" });
    expect(now.pid).toBe(gateway.child.pid);
  });

  test("ends in time and leaves no process behind", async () => {
    const { plugins } = await at.control.status();
    const pids = plugins.flatMap(({ pid }) => (pid === undefined ? [] : [pid]));
    expect(pids.length).toBeGreaterThan(0);
    gateway.child.kill("SIGTERM");
    expect(await gateway.ended).toEqual({ code: 0, signal: null });
    await expect.poll(() => pids.filter(isAlive)).toEqual([]);
    expect(gateway.stderr()).not.toContain("tok-of-relay");
  });
});
