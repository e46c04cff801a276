import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { AuditReport } from "@loong/api";
import { Value } from "typebox/value";
import { describe, expect, test } from "vitest";
import { rules } from "../../src/security/index.ts";
import { setMode } from "../../src/security/mend-mode.ts";
import { advisedChannels, advisedHome, auditAgain, auditOf, type Home } from "./home.ts";
import { misconfigurations, plantedSecrets } from "./misconfigurations.ts";
import { remedyIn, run } from "./remedy.ts";
import { writeStranger } from "./stranger.ts";

test.each(advisedChannels)("an installation as the docs advise it, for %s: nothing is found", async (channel) => {
  const report = await auditOf(advisedHome(channel));
  expect(report.findings).toEqual([]);
  expect(report).toMatchObject({ ok: true, checks: rules.length, summary: { critical: 0, warning: 0, info: 0 } });
});

describe("each misconfiguration is found, and nothing else; a command that is advised mends it", () => {
  for (const { name, id, plant, channel, asRoot } of misconfigurations) {
    // Files are given away by root alone; whoever is not root cannot plant the fault.
    test.skipIf(asRoot === true && process.getuid?.() !== 0)(`${name}: ${id}`, async () => {
      const home = advisedHome(channel);
      await plant(home);
      const report = await auditOf(home);
      expect([...new Set(report.findings.map((finding) => finding.id))]).toEqual([id]);
      for (const finding of report.findings) expect(finding.mend).not.toMatch(/undefined| {2}|\s`[.,;]|\s[.,;:]$/u);
      for (const secret of secretsOf(home)) expect(JSON.stringify(report)).not.toContain(secret);
      const remedies = report.findings.map(({ mend }) => remedyIn(mend));
      if (remedies.some((commands) => commands.length === 0)) return;
      for (const command of remedies.flat()) await run(command, home);
      expect((await auditAgain(home)).findings).toEqual([]);
    });
  }

  test("every check has its misconfiguration", () => {
    const planted = new Set(misconfigurations.map(({ id }) => id));
    expect(rules.map(({ id }) => id).filter((id) => !planted.has(id))).toEqual([]);
    expect(misconfigurations.length).toBeGreaterThanOrEqual(60);
  });

  test("for fifty of the checks the advice is a command to run as it stands, and was run above", () => {
    const place = { key: "key", file: "/file", mode: "600" };
    const runnable = rules.filter(({ mend }) => remedyIn(mend(place)).length > 0);
    expect(runnable.length).toBeGreaterThanOrEqual(50);
  });
});

test("modes are set right with --fix, said with --dry-run, and what is a link or no mode is left alone", async () => {
  const home = advisedHome();
  const { paths } = home;
  const wrong = [
    [paths.home, 0o755],
    [join(paths.home, "run"), 0o777],
    [paths.journalFile, 0o644],
    [home.at("secrets", "app-secret"), 0o644],
    [join(paths.cacheDir, "config.last-good.json"), 0o604],
  ] as const;
  for (const [path, mode] of wrong) chmodSync(path, mode);
  home.account["dmPolicy"] = "open";

  const planned = await auditOf(home, { fix: true, dryRun: true });
  expect(planned).toMatchObject({ fixed: [], wouldFix: expect.arrayContaining([`chmod 700 ${paths.home}`]) });
  expect(wrong.map(([path]) => modeOf(path))).toEqual(wrong.map(([, mode]) => mode));

  const mended = await auditOf(home, { fix: true });
  expect(mended.fixed.toSorted()).toEqual(planned.wouldFix.toSorted());
  expect(mended.fixed).toHaveLength(wrong.length);
  expect(mended.findings.map(({ id }) => id)).toEqual(["access.dm-open"]);
  expect((await auditOf(home)).findings.map(({ id }) => id)).toEqual(["access.dm-open"]);
  expect(wrong.map(([path]) => modeOf(path))).toEqual([0o700, 0o700, 0o600, 0o600, 0o600]);
});

test("a link that came into the place of a file is not followed, of either kind", () => {
  const home = advisedHome();
  const target = home.write(join(home.directory, "precious"), "", 0o640);
  const link = join(home.directory, "link");
  symlinkSync(target, link);
  expect(() => setMode(link, 0o600)).toThrow(/ELOOP|EMLINK/u);
  const second = join(home.directory, "second");
  linkSync(target, second);
  expect(() => setMode(second, 0o600)).toThrow("another name");
  expect(modeOf(target)).toBe(0o640);
});

test("of two severities only what is asked for is looked for", async () => {
  const home = advisedHome();
  home.config.log = { level: "debug" };
  home.account["dmPolicy"] = "open";
  const all = await auditOf(home);
  expect(all).toMatchObject({ ok: false, summary: { critical: 0, warning: 1, info: 1 } });
  expect(all.findings.map(({ id }) => id)).toEqual(["access.dm-open", "logs.level-debug"]);
  const some = await auditOf(home, { severity: "warning" });
  expect(some.findings.map(({ id }) => id)).toEqual(["access.dm-open"]);
  const none = await auditOf(home, { severity: "critical" });
  expect(none).toMatchObject({ findings: [] });
});

test("the report is of the shape that is promised", async () => {
  const home = advisedHome();
  home.account["dmPolicy"] = "open";
  const report = await auditOf(home);
  expect(Value.Errors(AuditReport, report)).toEqual([]);
  const ids = rules.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(id).toMatch(/^[a-z]+\.[a-z]+(?:-[a-z]+)*$/u);
});

test("no plugin's code and no command is run", async () => {
  const home = advisedHome();
  const trap = join(home.directory, "sprung");
  const spring = home.write(join(home.directory, "secret"), `#!/bin/sh\ntouch ${trap}\n`, 0o700);
  delete home.account["appSecretFile"];
  home.account["appSecret"] = { exec: [spring] };
  home.config.plugins = { paths: [writeStranger(join(home.directory, "acme"), { name: "acme-chat", id: "acme" })] };
  const code = `import { writeFileSync } from "node:fs";\nwriteFileSync(${JSON.stringify(trap)}, "");\n`;
  writeFileSync(join(home.directory, "acme", "index.js"), code);
  await auditOf(home);
  expect(existsSync(trap)).toBe(false);
});

describe("whatever there is, it is looked at to the end", () => {
  test.each([
    ["nothing", ({ paths }: Home) => rmSync(paths.home, { recursive: true })],
    ["a list in the place of the file's table", (home: Home) => (home.configText = "[1, 2]")],
    ["bytes that are no text", (home: Home) => (home.configText = "\u0000\u0001\ud800")],
    [
      "sections of the wrong kind",
      ({ config }: Home) => Object.assign(config, { providers: [], agent: 5, gateway: "x" }),
    ],
    ["channels that are a word", ({ config }: Home) => Object.assign(config, { channels: "all" })],
    [
      "keys of the wrong kind",
      ({ account }: Home) =>
        Object.assign(account, {
          allowFrom: 5,
          groups: [],
          mode: {},
          webhookBind: 7,
          baseUrl: ["x"],
          name: { env: 5 },
        }),
    ],
    ["keys that objects have by themselves", ({ config }: Home) => (config["__proto__x"] = { toString: 1 })],
    [
      "a state directory that is a file",
      (home: Home) => {
        home.env["LOONG_HOME"] = home.write(join(home.directory, "file"), "");
      },
    ],
    [
      "folders in the place of files",
      ({ paths }: Home) => {
        rmSync(paths.journalFile);
        mkdirSync(paths.journalFile);
        mkdirSync(join(paths.home, "gateway.env"));
      },
    ],
    ["a service's file that is no text", ({ at, write }: Home) => write(at("gateway.env"), "\u0000=\n==\n")],
  ])("%s", async (_, plant) => {
    const home = advisedHome();
    plant(home);
    await expect(auditOf(home)).resolves.toMatchObject({ checks: rules.length });
  });
});

/** Everything that must not be shown. */
function secretsOf(home: Home): readonly string[] {
  const folder = home.at("secrets");
  const files = existsSync(folder) ? readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8")) : [];
  return [...files, ...plantedSecrets].filter((secret) => secret.length >= 16);
}

function modeOf(path: string): number {
  return statSync(path).mode & 0o777;
}
