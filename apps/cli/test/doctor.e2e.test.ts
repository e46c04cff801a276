import { once } from "node:events";
import { chmod, stat } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { DoctorReport } from "@loong/host/doctor";
import { expect, onTestFinished, test } from "vitest";
import { loong } from "./loong.ts";
import { homeWithChannels, temporaryHome } from "./temporary-home.ts";

test("what a platform has to say about an account that works is a note: nothing fails", async () => {
  const home = await homeWithChannels([{ id: "fake", works: true }], {
    agent: { use: "echo" },
    channels: { fake: { token: "good", room: "shy" } },
  });
  const probed = await loong(home, ["channels", "status", "--probe"]);
  expect(probed).toMatchObject({ exitCode: 0, stderr: "" });
  expect(probed.stdout).toMatch(/fake\/default: note: It hears only what is said to it\.\n {2}Let it hear all\./u);
  const json = await loong(home, ["channels", "status", "--probe", "--json"]);
  expect(JSON.parse(json.stdout)).toMatchObject({
    ok: true,
    accounts: [{ probe: { ok: true, problems: [], notices: [{ code: "FAKE_SHY" }] } }],
  });
  const examined = await loong(home, ["doctor"]);
  expect(examined.exitCode).toBe(0);
  expect(examined.stdout).toMatch(/^note {2}account\.fake\.default\.probe: FAKE_SHY: It hears/mu);
  expect(examined.stdout).toMatch(/good, 1 to know, /u);
});

test("a clock that platforms would not believe is warned of", async () => {
  const [ahead, right] = await Promise.all([serverAt(3_600_000), serverAt(0)]);
  const clock = async (room: string) => {
    const home = await homeWithChannels([{ id: "fake", works: true }], {
      agent: { use: "echo" },
      channels: { fake: { token: "good", room } },
      // What comes into the doctor's own process is seen anyhow.
      plugins: { entries: { fake: { isolation: "process" } } },
    });
    const { checks } = JSON.parse((await loong(home, ["doctor", "--json"])).stdout) as DoctorReport;
    return checks.find(({ id }) => id === "clock.skew");
  };
  expect(await clock(right)).toMatchObject({ level: "ok" });
  expect(await clock(ahead)).toMatchObject({
    level: "warn",
    detail: expect.stringMatching(/behind http:\/\/127\.0\.0\.1/u),
    hint: expect.stringContaining("timedatectl"),
  });
});

/** A platform whose clock is ahead of ours. */
async function serverAt(aheadMs: number): Promise<string> {
  const server = createServer((_request, response) => {
    response.setHeader("date", new Date(Date.now() + aheadMs).toUTCString()).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

test("--fix --dry-run says what --fix would do, and --fix does it", async () => {
  const home = await temporaryHome();
  const mode = async () => ((await stat(home)).mode & 0o777).toString(8);
  await chmod(home, 0o755);
  const planned = await loong(home, ["doctor", "--offline", "--fix", "--dry-run"]);
  expect(planned.stdout).toContain(`to do   chmod 700 ${home}`);
  expect(await mode()).toBe("755");
  expect((await loong(home, ["doctor", "--offline", "--fix"])).stdout).toContain(`mended  chmod 700 ${home}`);
  expect(await mode()).toBe("700");
  expect(await loong(home, ["doctor", "--dry-run"])).toMatchObject({
    exitCode: 2,
    stderr: expect.stringMatching(/^error: .*\nhint: .*--fix --dry-run/u),
  });
});

test("a home that everybody may change: 78, and the command that closes it", async () => {
  const home = await temporaryHome();
  await chmod(home, 0o777);
  expect(await loong(home, ["gateway", "run", "--port", "0"])).toMatchObject({
    exitCode: 78,
    stderr: expect.stringContaining(`chmod go-rwx ${home}`),
  });
});
