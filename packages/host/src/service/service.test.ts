import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { statePaths } from "@loong/config";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  installService,
  serviceManager,
  servicePid,
  type ServiceSpec,
  serviceSpec,
  uninstallService,
} from "./index.ts";
import { renderPlist } from "./launchd-plist.ts";
import { MARK, renderUnit } from "./systemd-unit.ts";

const spec: ServiceSpec = {
  name: "loong-gateway",
  command: ["/opt/node 24/bin/node", "/opt/loong.cjs", "gateway", "run", "--channel-account", 'chat=a"b\\c$d%e'],
  home: "/home/ada/100% mine",
  searchPath: "/usr/bin:/bin",
  environmentFile: "/home/ada/100% mine/gateway.env",
};

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "loong-service-"));
});
afterEach(() => rmSync(home, { recursive: true }));

/** A service manager that writes down what it is told. `answer` is a shell script. */
function fake(program: string, answer = ""): { readonly env: Record<string, string>; calls(): readonly string[] } {
  const bin = join(home, "bin");
  const log = join(home, "calls");
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, program), `#!/bin/sh\necho "$@" >> '${log}'\n${answer}\n`);
  chmodSync(join(bin, program), 0o755);
  return {
    env: { HOME: home, PATH: `${bin}:/usr/bin:/bin` },
    calls: () => (existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : []),
  };
}

describe("a systemd unit", () => {
  test("quotes every word, so that systemd runs what was meant", () => {
    const unit = renderUnit(spec);
    expect(unit).toContain(
      String.raw`ExecStart="/opt/node 24/bin/node" "/opt/loong.cjs" "gateway" "run" "--channel-account" "chat=a\"b\\c$$d%%e"`,
    );
    expect(unit).toContain('Environment="LOONG_HOME=/home/ada/100%% mine"');
    expect(unit).toContain("EnvironmentFile=-/home/ada/100%% mine/gateway.env");
    expect(unit).toContain("RestartPreventExitStatus=2 78");
    expect(unit).toContain(MARK);
  });

  test.skipIf(spawnSync("systemd-analyze", ["--version"]).status !== 0)("is one that systemd takes", () => {
    const file = join(home, "loong-gateway.service");
    const verify = (text: string) => {
      writeFileSync(file, text);
      const env = { ...process.env, XDG_RUNTIME_DIR: home };
      const { stdout, stderr } = spawnSync("systemd-analyze", ["--user", "verify", file], { encoding: "utf8", env });
      return stdout + stderr;
    };
    const unit = renderUnit({ ...spec, command: [process.execPath, ...spec.command.slice(1)] });
    expect(verify(unit)).toBe("");
    expect(verify(unit.replace("UMask=0077", "UMask=none"))).toContain("none");
  });
});

test("a launchd agent escapes what XML would read as its own, and lets Node read the secrets", () => {
  const plist = renderPlist({ ...spec, home: "/Users/a&b/<loong>" });
  expect(plist).toContain("<string>/Users/a&amp;b/&lt;loong&gt;</string>");
  expect(plist).toMatch(
    /node<\/string>\s*<string>--env-file-if-exists=.*gateway\.env<\/string>\s*<string>\/opt\/loong/u,
  );
  expect(plist).toMatch(/<key>KeepAlive<\/key>\s*<true\/>/u);
});

test("each state directory has a service of its own", () => {
  const env = { HOME: "/home/ada" };
  const nameOf = (LOONG_HOME: string) =>
    serviceSpec({ env, paths: statePaths({ ...env, LOONG_HOME }), command: ["node"] }).name;
  expect(nameOf("/home/ada/.loong")).toBe("loong-gateway");
  expect(nameOf("/srv/one")).toMatch(/^loong-gateway-[0-9a-f]{8}$/u);
  expect(nameOf("/srv/one")).not.toBe(nameOf("/srv/two"));
});

describe.each([
  ["linux", "systemctl", "--user show --property=MainPID --value loong-gateway.service", "echo 4711"],
  ["darwin", "launchctl", "print gui/501/loong-gateway", "printf '\\tstate = running\\n\\tpid = 4711\\n'"],
] as const)("on %s", (platform, program, show, answer) => {
  const managerOf = (env: Record<string, string>) => serviceManager("loong-gateway", { platform, env, userId: 501 });

  test("it is installed, changed, asked and removed", async () => {
    const { env, calls } = fake(program, answer);
    const manager = managerOf(env);
    expect(await installService(manager, spec, { env, force: false })).toEqual({
      file: manager.file,
      outcome: "installed",
    });
    expect(readFileSync(manager.file, "utf8")).toBe(manager.render(spec));
    expect(statSync(manager.file).mode & 0o077).toBe(0);
    expect(calls()).toEqual(manager.enable.map((line) => line.slice(1).join(" ")));
    expect((await installService(manager, spec, { env, force: false })).outcome).toBe("unchanged");
    const changed = { ...spec, searchPath: "/bin" };
    expect((await installService(manager, changed, { env, force: false })).outcome).toBe("replaced");
    expect(calls().at(-1)).toBe(manager.restart[0]?.slice(1).join(" "));
    expect(await servicePid(manager, env)).toBe(4711);
    expect(calls().at(-1)).toBe(show);
    expect(await uninstallService(manager, { env, force: false })).toBe(true);
    expect(existsSync(manager.file)).toBe(false);
    expect([await uninstallService(manager, { env, force: false }), await servicePid(manager, env)]).toEqual([
      false,
      undefined,
    ]);
  });

  test("a file that somebody else wrote is left alone, unless it is forced", async () => {
    const { env, calls } = fake(program);
    const manager = managerOf(env);
    mkdirSync(dirname(manager.file), { recursive: true });
    writeFileSync(manager.file, "[Service]\n");
    const foreign = { code: "SERVICE_FILE_FOREIGN", hint: expect.stringContaining("--force") as string };
    await expect(installService(manager, spec, { env, force: false })).rejects.toMatchObject(foreign);
    await expect(uninstallService(manager, { env, force: false })).rejects.toMatchObject(foreign);
    expect([readFileSync(manager.file, "utf8"), calls()]).toEqual(["[Service]\n", []]);
    expect((await installService(manager, spec, { env, force: true })).outcome).toBe("replaced");
  });

  test("when the manager refuses or is not there, nothing stays behind", async () => {
    const { env } = fake(program, "echo 'Failed to connect to bus: No medium found' >&2; exit 1");
    const manager = managerOf(env);
    await expect(installService(manager, spec, { env, force: false })).rejects.toMatchObject({
      code: "SERVICE_COMMAND_FAILED",
      message: expect.stringContaining("No medium found") as string,
    });
    expect(existsSync(manager.file)).toBe(false);
    const alone = { HOME: home, PATH: join(home, "nowhere") };
    await expect(installService(manager, spec, { env: alone, force: false })).rejects.toMatchObject({
      code: "SERVICE_MANAGER_MISSING",
      hint: expect.stringContaining("--print") as string,
    });
    expect(existsSync(manager.file)).toBe(false);
  });
});

test("elsewhere there is nothing to install with", () => {
  expect(() => serviceManager("loong-gateway", { platform: "win32", env: {}, userId: 0 })).toThrow(
    expect.objectContaining({ code: "SERVICE_UNSUPPORTED" }),
  );
});
