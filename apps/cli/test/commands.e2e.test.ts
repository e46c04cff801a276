import { once } from "node:events";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { verbs } from "../src/program/verbs.ts";
import { loong, spawnLoong } from "./loong.ts";
import { homeWithChannels, temporaryHome } from "./temporary-home.ts";

test("alone, says where things stand and what to do next", async () => {
  const home = await homeWithChannels([{ id: "fake" }], { agent: { use: "echo" } });
  const { exitCode, stdout, stderr } = await loong(home, []);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(stdout).toContain("Gateway stopped");
  expect(stdout).toContain("loong setup");
});

test("the help of every verb exits 0", async () => {
  const home = await temporaryHome();
  for (const words of [[], ...verbs.map(({ name }) => [name])]) {
    const { exitCode, stdout, stderr } = await loong(home, [...words, "--help"]);
    expect({ words, exitCode, stderr }).toEqual({ words, exitCode: 0, stderr: "" });
    expect(stdout).toMatch(/^Usage: loong/u);
  }
});

test("a group without a verb shows its help and is misuse", async () => {
  const { exitCode, stdout, stderr } = await loong(await temporaryHome(), ["gateway"]);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
  expect(stderr).toContain("Usage: loong gateway");
});

test.each([
  [["chanels"], "channels", "loong --help"],
  [["channels", "stats", "--probe"], "status", "loong channels --help"],
  [["fake-sent"], "fake-send", "loong --help"],
  [["status", "--jsn"], "--json", "loong status --help"],
])("%j is answered with what was probably meant", async (argv, guess, help) => {
  const { exitCode, stdout, stderr } = await loong(await homeWithChannels([{ id: "fake" }]), argv);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
  expect(stderr).toMatch(/^error: Unknown .*\nhint: Did you mean/u);
  expect(stderr).toContain(guess);
  expect(stderr).toContain(`\`${help}\``);
});

test("when nothing runs, gateway status and stop answer at once and exit 0", async () => {
  const home = await temporaryHome();
  expect(JSON.parse((await loong(home, ["gateway", "status", "--json"])).stdout)).toMatchObject({
    phase: "stopped",
    running: false,
    pid: null,
    surfaces: [],
    stateDir: home,
  });
  expect(await loong(home, ["gateway", "stop"])).toEqual({
    exitCode: 0,
    stdout: "No gateway is running.\n",
    stderr: "",
  });
  expect(JSON.parse((await loong(home, ["gateway", "stop", "--json"])).stdout)).toEqual({
    outcome: "not-running",
    pid: null,
  });
});

test("what only a gateway knows says how to start one", async () => {
  expect(await loong(await temporaryHome(), ["messages", "retry", "1"])).toMatchObject({
    exitCode: 2,
    stderr: expect.stringMatching(/^error: No gateway answers.*\nhint: .*`loong gateway run`/u),
  });
});

test("channels lists what is installed and what is configured, without running a plugin", async () => {
  const home = await homeWithChannels(
    [
      { id: "fake", aliases: ["fk"] },
      { id: "bulletin", serves: false },
    ],
    {
      channels: { fk: { token: "t" }, nowhere: { enabled: true } },
    },
  );
  const { exitCode, stdout } = await loong(home, ["channels", "--json"]);
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    channels: expect.arrayContaining([
      {
        id: "fake",
        aliases: ["fk"],
        label: "fake",
        serves: true,
        target: "a room id",
        package: "fake-fake",
        version: "1.2.3",
        source: "path",
      },
    ]),
    accounts: [{ channel: "fake", account: "default", enabled: true, problems: [], state: null }],
    unknownChannels: ["nowhere"],
  });
  const table = (await loong(home, ["channels"])).stdout;
  expect(table).toMatch(/fake, fk +default +configured/u);
  expect(table).toMatch(/bulletin +not configured +only sends/u);
});

test("channels status exits 1 when an account that is switched on cannot work", async () => {
  const home = await homeWithChannels([{ id: "fake" }], { channels: { fake: { enabled: true } } });
  const { exitCode, stdout } = await loong(home, ["channels", "status"]);
  expect(exitCode).toBe(1);
  expect(stdout).toContain("token");
  expect(await loong(home, ["channels", "status", "--channel", "fke"])).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('"fake"'),
  });
});

test("plugins shows one plugin's keys", async () => {
  const { exitCode, stdout } = await loong(await homeWithChannels([{ id: "fake" }]), ["plugins", "info", "fake"]);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/token +secret +FAKE_TOKEN/u);
});

test("completion offers verbs, verbs of channels, and options", async () => {
  const home = await homeWithChannels([{ id: "fake" }]);
  const offers = async (...words: string[]) => (await loong(home, ["complete", "--", ...words])).stdout;
  expect(await offers("gat")).toMatch(/^gateway\t/u);
  expect(await offers("set")).toMatch(/^setup\t/u);
  expect(await offers("configure", "--")).toMatch(/--section\t[^]*--account\t[^]*--no-probe\t/u);
  expect(await offers("fake-")).toMatch(/^fake-send\t.*\nfake-serve\t/u);
  expect(await offers("gateway", "status", "--")).toContain("--json\t");
  expect((await loong(home, ["completion", "zsh"])).stdout).toContain("#compdef loong");
});

test("a reader that has seen enough is no error", async () => {
  const child = spawnLoong(await temporaryHome(), ["config", "schema"]);
  child.stdout.destroy();
  const stderr = await text(child.stderr);
  expect({ stderr, exitCode: child.exitCode ?? (await once(child, "exit"))[0] }).toEqual({ stderr: "", exitCode: 0 });
});
