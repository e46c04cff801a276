import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createOperator, type Operator } from "./operator.ts";
import { untilRunning } from "./states.ts";

let operator: Operator;
beforeEach(() => {
  operator = createOperator({ FAKE_SECRET: "not-for-the-unit" });
  operator.write("config.yaml", "agent: { use: echo }\n");
});
afterEach(() => operator.leaves());

const base = () => join(operator.home, "..");
const unitFile = () => join(base(), ".config/systemd/user/loong-gateway.service");
const callsFile = () => join(base(), "systemctl.calls");
const calls = () => (existsSync(callsFile()) ? readFileSync(callsFile(), "utf8").trim().split("\n") : []);

/** A `systemctl` that writes down its words. @param script What else it does. */
function installSystemctl(script = ""): void {
  const file = join(base(), "bin", "systemctl");
  writeFileSync(file, `#!/bin/sh\necho "$@" >> '${callsFile()}'\n${script}\n`);
  chmodSync(file, 0o755);
}

const status = async () =>
  JSON.parse((await operator.types("loong gateway status --json")).stdout) as {
    pid: number;
    running: boolean;
    startedAtMs: number;
    phase: string;
  };

test.skipIf(process.platform !== "linux")("install, and uninstall: what is written and what is run", async () => {
  installSystemctl();
  operator.write("config.yaml", "agent: { use: echo, systemPrompt: $FAKE_SECRET }\n");
  const installed = await operator.types("loong gateway install --port 8123 --verbose");
  expect(installed).toMatchObject({ code: 0 });
  expect(installed.stdout).toContain(`The service loong-gateway is installed: ${unitFile()}`);
  expect(installed.stdout).toContain("FAKE_SECRET");
  expect(installed.stderr).toContain(join(operator.home, "gateway.env"));
  expect(installed.stderr).toContain("loginctl enable-linger");
  expect(calls()).toEqual(["--user daemon-reload", "--user enable --now loong-gateway.service"]);
  const unit = readFileSync(unitFile(), "utf8");
  expect(unit).toContain(`ExecStart="${process.execPath}" `);
  expect(unit).toContain('"gateway" "run" "--port" "8123" "--verbose"');
  expect(unit).toContain(`EnvironmentFile=-${operator.home}/gateway.env`);
  expect(unit).not.toContain("not-for-the-unit");
  expect(statSync(join(operator.home, "gateway.env")).mode & 0o777).toBe(0o600);

  const removed = await operator.types("loong gateway uninstall");
  expect(removed).toMatchObject({ code: 0, stderr: "" });
  expect(calls().slice(2)).toEqual(["--user disable --now loong-gateway.service", "--user daemon-reload"]);
  expect(existsSync(unitFile())).toBe(false);
  expect(await operator.types("loong gateway uninstall")).toMatchObject({
    code: 0,
    stdout: "No service is installed.\n",
  });
});

test.skipIf(process.platform !== "linux")("--dry-run and --print change nothing", async () => {
  installSystemctl();
  const { stdout: unit, code } = await operator.types("loong gateway install --print");
  expect([code, unit.split("\n")[1]]).toEqual([0, "[Unit]"]);
  const { stdout } = await operator.types("loong gateway install --dry-run");
  expect(stdout).toContain(`Would write ${unitFile()}`);
  expect(stdout).toContain("systemctl --user enable --now loong-gateway.service");
  expect([calls(), existsSync(unitFile()), existsSync(join(operator.home, "gateway.env"))]).toEqual([[], false, false]);
});

test.skipIf(process.platform !== "linux")("what would not start is not installed", async () => {
  installSystemctl();
  const wrong = await operator.types("loong gateway install --channel-account nowhere=work");
  expect(wrong).toMatchObject({ code: 2, stderr: expect.stringMatching(/^error: .*nowhere.*\nhint: /u) });
  const gateway = operator.starts("loong gateway run --port 0");
  await untilRunning(operator.home);
  const second = await operator.types("loong gateway install");
  expect(second).toMatchObject({ code: 2, stderr: expect.stringContaining(`process ${gateway.pid}`) });
  expect([calls(), existsSync(unitFile())]).toEqual([[], false]);
});

test.skipIf(process.platform !== "linux")("a unit that somebody else wrote, and no systemctl", async () => {
  operator.env["PATH"] = `${join(base(), "bin")}:${join(base(), "empty")}`;
  expect(await operator.types("loong gateway install")).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^error: `systemctl` is not there.*\nhint: .*--print/u),
  });
  expect(existsSync(unitFile())).toBe(false);
  installSystemctl();
  mkdirSync(join(unitFile(), ".."), { recursive: true });
  writeFileSync(unitFile(), "[Service]\nExecStart=/bin/true\n");
  expect(await operator.types("loong gateway install")).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^error: .*was not written by.*\nhint: .*--force/u),
  });
  expect(readFileSync(unitFile(), "utf8")).toContain("/bin/true");
  expect((await operator.types("loong gateway install --force")).code).toBe(0);
});

test.skipIf(process.platform !== "linux")(
  "a gateway that the service runs is restarted and stopped by systemctl",
  async () => {
    const gateway = operator.starts("loong gateway run --port 0");
    await untilRunning(operator.home);
    // This one knows which process it runs, and ends it when told to.
    installSystemctl(`case "$2" in show) echo ${gateway.pid};; stop) kill -TERM ${gateway.pid};; esac`);
    mkdirSync(join(unitFile(), ".."), { recursive: true });
    writeFileSync(unitFile(), (await operator.types("loong gateway install --print")).stdout);
    expect(await operator.types("loong gateway stop")).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("SIGTERM"),
    });
    expect(calls()).toEqual([
      "--user show --property=MainPID --value loong-gateway.service",
      "--user stop loong-gateway.service",
    ]);
    expect((await gateway.ended).code).toBe(0);
  },
);

test("a gateway in a terminal starts again in place: same process, same flags", async () => {
  const gateway = operator.starts("loong gateway run --port 0 --session desk");
  await untilRunning(operator.home);
  const before = await status();
  const restarted = await operator.types("loong gateway restart --json");
  expect({ ...restarted, stdout: JSON.parse(restarted.stdout) as unknown }).toMatchObject({
    code: 0,
    stdout: { outcome: "restarted", way: "in-place", pid: gateway.pid },
    stderr: "",
  });
  const after = await status();
  expect(after).toMatchObject({ pid: before.pid, running: true, session: "desk" });
  expect(after.startedAtMs).toBeGreaterThan(before.startedAtMs);
  expect(gateway.output().match(/listening on/gu)).toHaveLength(2);
  expect(await operator.types("loong gateway restart")).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("started again where it was"),
  });
  expect(await operator.types("loong gateway stop")).toMatchObject({ code: 0 });
  expect((await gateway.ended).code).toBe(0);
});

test("a config that would not start is refused while the old gateway goes on", async () => {
  const gateway = operator.starts("loong gateway run --channel-account nowhere=x");
  expect((await gateway.ended).code).toBe(2);
  operator.starts("loong gateway run --port 0");
  await untilRunning(operator.home);
  const before = await status();
  operator.write("config.toml", "");
  const refused = await operator.types("loong gateway restart");
  expect(refused).toMatchObject({ code: 78, stderr: expect.stringMatching(/^error: .*config\.toml/u) });
  expect(await status()).toMatchObject({ pid: before.pid, startedAtMs: before.startedAtMs });
});

test("nothing to restart", async () => {
  expect(await operator.types("loong gateway restart")).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^error: No gateway is running.*\nhint: .*gateway run/u),
  });
});
