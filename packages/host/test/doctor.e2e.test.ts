import { chmodSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test as base } from "vitest";
import { type DoctorOptions, type DoctorReport, examine } from "../src/doctor/index.ts";
import { createHome } from "./gateway-process.ts";
import { fixture } from "./plugin-tree.ts";
import { tempDir } from "./temp-dir.ts";

interface Setting {
  readonly at: ReturnType<typeof createHome>;
  readonly look: (options?: Partial<DoctorOptions>) => Promise<DoctorReport>;
}

const test = base.extend<Setting>({
  // oxlint-disable-next-line no-empty-pattern
  at: async ({}, use) => {
    const home = createHome(tempDir());
    await use(home);
    await home.leave();
  },
  look: async ({ at }, use) => {
    await use((options = {}) =>
      examine({ env: { LOONG_HOME: at.paths.home }, bundled: [], version: "1", now: Date.now, ...options }),
    );
  },
});

const relay = (out: string, token = "tok-of-relay", more = "") =>
  `  relay: { mode: webhook, token: ${token}, outFile: ${out}${more} }\n`;

function levelsOf({ checks }: DoctorReport): Record<string, string> {
  return Object.fromEntries(checks.map(({ id, level }) => [id, level]));
}

describe("doctor", () => {
  test("finds nothing wrong where nothing is", async ({ at, look }) => {
    at.configure(relay(at.outFile));
    const report = await look();
    const others = report.checks.filter(({ id }) => id !== "node.version");
    expect([report.ok, others.filter(({ level }) => level !== "ok")]).toEqual([true, []]);
    expect(report.summary.ok + report.summary.warn + report.summary.fail).toBe(report.checks.length);
    expect(levelsOf(report)).toMatchObject({
      "config.file": "ok",
      "state.permissions": "ok",
      "disk.space": "ok",
      "gateway.process": "ok",
      "plugin.relay": "ok",
      "plugin.parrot": "ok",
      "agent.settings": "ok",
      "agent.provider": "ok",
      "account.relay.default.config": "ok",
      "account.relay.default.webhook": "ok",
      "account.relay.default.probe": "ok",
    });
  });

  test("without a config, the next step is to configure a channel", async ({ look }) => {
    const report = await look({ offline: true });
    expect(report.checks.find(({ id }) => id === "config.file")?.detail).toContain("not there yet");
    expect(report.nextSteps.join()).toContain("loong");
  });

  test("asks the platform, unless it is told not to", async ({ at, look }) => {
    at.configure(relay(at.outFile, "revoked"));
    const report = await look();
    expect(report.ok).toBe(false);
    expect(report.checks.find(({ id }) => id === "account.relay.default.probe")).toEqual({
      id: "account.relay.default.probe",
      level: "fail",
      detail: "RELAY_TOKEN: The token was revoked.",
      hint: "Set another token.",
    });
    expect(report.nextSteps).toContain("Set another token.");
    expect((await look({ offline: true })).ok).toBe(true);
  });

  test("tells the line of a wrong key, and a secret that is missing", async ({ at, look }) => {
    at.configure(relay(at.outFile, "{ env: MY_TOKEN }", ", webhokPath: /x"));
    const checks = (await look()).checks.filter(({ level }) => level === "fail");
    expect(checks).toMatchObject([
      {
        id: "account.relay.default.config",
        detail: expect.stringMatching(/config\.yaml:\d+:\d+ .*webhokPath/) as string,
      },
    ]);
    at.configure(relay(at.outFile, "{ env: MY_TOKEN }"));
    expect(
      (await look()).checks
        .filter(({ level }) => level === "fail")
        .map(({ detail }) => detail)
        .join(),
    ).toContain("MY_TOKEN");
  });

  test("sees that two accounts want one webhook", async ({ at, look }) => {
    at.configure(`  relay:
    accounts:
      a: { mode: webhook, token: tok-of-a, outFile: ${at.outFile} }
      b: { mode: webhook, token: tok-of-b, outFile: ${at.outFile} }
`);
    const { checks } = await look();
    expect(checks.filter(({ id, level }) => id.endsWith(".webhook") && level === "fail")).toHaveLength(1);
  });

  test("sees a plugin that cannot be loaded and an agent that is not there", async ({ at, look }) => {
    at.configure("  throws: {}\n");
    const { writeFileSync, readFileSync } = await import("node:fs");
    const file = join(at.paths.home, "config.yaml");
    writeFileSync(
      file,
      readFileSync(file, "utf8")
        .replace("paths: [", `paths: [${fixture("throws-at-import")}, `)
        .replace("use: parrot", "use: parot"),
    );
    const report = await look({ offline: true });
    expect(levelsOf(report)).toMatchObject({ "agent.settings": "fail" });
    expect(report.checks.find(({ id, level }) => id.startsWith("plugin.") && level === "fail")?.detail).toContain(
      "PLUGIN_IMPORT_FAILED",
    );
  });

  test("mends permissions when asked to", async ({ at, look }) => {
    at.configure(relay(at.outFile));
    chmodSync(at.paths.home, 0o755);
    chmodSync(join(at.paths.home, "config.yaml"), 0o644);
    const before = await look({ offline: true });
    expect(before.checks.filter(({ id, level }) => id === "state.permissions" && level === "warn")).toHaveLength(2);
    const { fixed } = await look({ offline: true, fix: true });
    expect(fixed).toEqual(
      expect.arrayContaining([`chmod 700 ${at.paths.home}`, `chmod 600 ${join(at.paths.home, "config.yaml")}`]),
    );
    expect([statSync(at.paths.home).mode & 0o777, statSync(join(at.paths.home, "config.yaml")).mode & 0o777]).toEqual([
      0o700, 0o600,
    ]);
    expect(levelsOf(await look({ offline: true }))["state.permissions"]).toBe("ok");
  });

  test("only says what it would mend, when asked for that", async ({ at, look }) => {
    at.configure(relay(at.outFile));
    chmodSync(at.paths.home, 0o755);
    const { fixed, wouldFix, checks } = await look({ offline: true, fix: true, dryRun: true });
    expect([fixed, wouldFix]).toEqual([[], expect.arrayContaining([`chmod 700 ${at.paths.home}`])]);
    expect(checks.filter(({ id, level }) => id === "state.permissions" && level === "warn")).toHaveLength(1);
    expect(statSync(at.paths.home).mode & 0o777).toBe(0o755);
  });

  test("tells where nothing can be written, whatever else it cannot do then", async ({ at, look }) => {
    const file = join(at.paths.home, "a-file");
    writeFileSync(file, "");
    const report = await look({ env: { LOONG_HOME: join(file, "home") }, fix: true, offline: true });
    expect([report.ok, report.fixed]).toEqual([false, []]);
    expect(levelsOf(report)).toMatchObject({ "state.mend": "fail", "state.directory": "fail" });
  });

  test("passes on what a platform has to say about an account that works", async ({ at, look }) => {
    at.configure(relay(at.outFile, "shy"));
    const report = await look();
    expect(report.ok).toBe(true);
    expect(report.summary.note).toBe(1);
    expect(report.checks.filter(({ level }) => level === "note")).toEqual([
      {
        id: "account.relay.default.probe",
        level: "note",
        detail: "RELAY_SHY: It hears only what is said to it.",
        hint: "Let it hear all.",
      },
    ]);
    expect(report.nextSteps).not.toContain("Let it hear all.");
  });

  test("sees one account that is written twice", async ({ at, look }) => {
    at.configure(`  relay:
    outFile: ${at.outFile}
    accounts: { a: { token: tok-of-a }, b: { token: tok-of-b }, c: { token: tok-of-a } }
`);
    for (const offline of [true, false]) {
      const twins = (await look({ offline })).checks.filter(({ id }) => id.endsWith(".twin"));
      expect(twins).toMatchObject([{ id: "account.relay.c.twin", level: "warn" }]);
      expect(twins[0]?.detail).toContain("channels.relay.accounts.a and channels.relay.accounts.c");
    }
  });

  test("does not connect beside a gateway that runs, but asks it", async ({ at, look }) => {
    at.configure(relay(at.outFile, "counted"));
    const gateway = at.start();
    await at.ready(gateway);
    await at.status(gateway, () => gateway.stderr().includes("probe ok"));
    const probe = (await look()).checks.find(({ id }) => id === "account.relay.default.probe");
    expect(probe?.detail).toBe(`works as Process ${gateway.child.pid}`);
  });

  test("sees what a gateway left that died, and takes it away when asked to", async ({ at, look }) => {
    at.configure(relay(at.outFile));
    const gateway = at.start();
    await at.ready(gateway);
    expect(levelsOf(await look({ offline: true }))["gateway.leftovers"]).toBe("ok");
    gateway.child.kill("SIGKILL");
    await gateway.ended;
    const found = (await look({ offline: true })).checks.find(({ id }) => id === "gateway.leftovers");
    expect(found).toMatchObject({ level: "warn", hint: expect.stringContaining("loong doctor --fix") as string });
    expect(found?.detail).toContain(`${at.paths.ownerFile} and ${at.paths.socketFile}`);
    const { fixed } = await look({ offline: true, fix: true });
    expect(fixed).toContain(`rm ${at.paths.ownerFile} ${at.paths.socketFile}`);
    expect(levelsOf(await look({ offline: true }))).toMatchObject({
      "gateway.leftovers": "ok",
      "gateway.process": "ok",
    });
  });

  test("sees the running gateway, and one that died", async ({ at, look }) => {
    at.configure(relay(at.outFile));
    const gateway = at.start();
    await at.ready(gateway);
    const running = await look({ offline: true });
    expect(running.checks.find(({ id }) => id === "gateway.process")?.detail).toContain(String(gateway.child.pid));
    expect(levelsOf(running)["gateway.relay.default"]).toBe("ok");
    gateway.child.kill("SIGKILL");
    await gateway.ended;
    expect(levelsOf(await look({ offline: true }))["gateway.process"]).toBe("warn");
  });
});
