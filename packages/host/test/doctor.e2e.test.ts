import { chmodSync, statSync } from "node:fs";
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
