import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AccountReport } from "@loong/api";
import type { Check } from "@loong/host/doctor";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type HostilePlugin,
  hostilePlugins,
  layPlugin,
} from "../../../packages/host/test/isolation/hostile-plugins.ts";
import { type Ended, loong } from "./loong.ts";

/** No command waits for a plugin without end; on a busy machine what it does wait for takes longer. */
const PATIENCE_MS = 90_000;
/** Does what it is asked. */
const CALM = "calm";
/** These do harm in ways that differ to who asks for one thing and waits. */
const TELLING = new Set(["bad-open", "bad-promise", "bad-exit", "bad-loop", "bad-bytes"]);
const telling = hostilePlugins.filter(({ id }) => TELLING.has(id));

const home = mkdtempSync(join(tmpdir(), "loong-cli-hostile-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));
beforeAll(() => {
  for (const { whenAsked, ...plugin } of hostilePlugins) {
    const harm = whenAsked ?? plugin.inServe;
    layPlugin(join(home, "plugins"), { ...plugin, ...(harm && { inProbe: harm, inSend: harm }) });
  }
  layPlugin(join(home, "plugins"), { id: CALM });
  configure("all.json", hostilePlugins);
  configure("some.json", telling);
});

function configure(name: string, plugins: readonly HostilePlugin[]): void {
  const channels = Object.fromEntries([...plugins, { id: CALM }].map(({ id }) => [id, { note: "x" }]));
  writeFileSync(join(home, name), JSON.stringify({ agent: { use: "echo" }, channels }), { mode: 0o600 });
}

function types(config: string, ...args: readonly string[]): Promise<Ended> {
  const env = { LOONG_CONFIG: join(home, config), LOONG_TEST_SECRET: "sesame" };
  return loong(home, args, env);
}

describe("loong channels status --probe", () => {
  let ended: Ended;
  let accounts: readonly AccountReport[];
  beforeAll(async () => {
    ended = await types("all.json", "channels", "status", "--probe", "--json");
    ({ accounts } = JSON.parse(ended.stdout) as { accounts: readonly AccountReport[] });
  }, PATIENCE_MS);

  test("ends with 1 in time", () => expect(ended).toMatchObject({ exitCode: 1, stderr: "" }));

  test.each(hostilePlugins)("names $id, which $what, and the reason", ({ id, reason }) => {
    const probe = accounts.find(({ channel }) => channel === id)?.probe;
    const [problem] = probe?.problems ?? [];
    expect(probe?.ok).toBe(false);
    expect(`${problem?.code}: ${problem?.message}`).toMatch(reason);
    expect(problem?.hint).toEqual(expect.any(String));
  });

  test("has the row of the one that does no harm", () => {
    expect(accounts.find(({ channel }) => channel === CALM)?.probe).toMatchObject({ ok: true, problems: [] });
  });
});

test("loong doctor names each of them, and what works", { timeout: PATIENCE_MS }, async () => {
  const { exitCode, stdout } = await types("some.json", "doctor", "--json");
  expect(exitCode).toBe(1);
  const { checks } = JSON.parse(stdout) as { checks: readonly Check[] };
  const failed = checks.filter(({ level }) => level === "fail");
  for (const { id } of telling) expect(failed.map((check) => check.id.split(".")[1])).toContain(id);
  expect(checks.find(({ id }) => id === `account.${CALM}.default.probe`)).toMatchObject({ level: "ok" });
});

test("loong plugins list runs none of them", async () => {
  const { exitCode, stdout } = await types("all.json", "plugins", "list", "--json");
  const { plugins } = JSON.parse(stdout) as { plugins: readonly { id: string; state: string; isolation: string }[] };
  expect(exitCode).toBe(0);
  for (const { id } of hostilePlugins) {
    expect(plugins.find((plugin) => plugin.id === id)).toMatchObject({ state: "available", isolation: "process" });
  }
});

describe("loong message send", () => {
  const send = (id: string) =>
    types("all.json", "message", "send", "--channel", id, "--to", "room-1", "--message", "hi");

  test.concurrent.each(telling)(
    "through $id, which $what, ends and says so",
    { timeout: PATIENCE_MS },
    async ({ id }) => {
      const { exitCode, stdout, stderr } = await send(id);
      expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
      expect(stderr).toMatch(
        new RegExp(`^error: ${id}/default did not deliver the message \\((unknown|dead)\\): .+\nhint: .+`),
      );
    },
  );

  test.concurrent("goes through the one that does no harm", { timeout: PATIENCE_MS }, async () => {
    expect(await send(CALM)).toMatchObject({ exitCode: 0, stderr: "" });
  });
});
