import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loong } from "./loong.ts";
import { homeWithChannels, temporaryHome } from "./temporary-home.ts";

test("set, get and unset, the file's comments kept", async () => {
  const home = await temporaryHome();
  const file = join(home, "config.yaml");
  await writeFile(file, "# ours\ngateway:\n  port: 8080 # behind the proxy\n");
  expect(await loong(home, ["config", "set", "gateway.port", "9090"])).toMatchObject({ exitCode: 0, stderr: "" });
  expect(await readFile(file, "utf8")).toBe("# ours\ngateway:\n  port: 9090 # behind the proxy\n");
  expect(await loong(home, ["config", "get", "gateway.port"])).toEqual({ exitCode: 0, stdout: "9090\n", stderr: "" });
  expect(await loong(home, ["config", "unset", "gateway.port"])).toMatchObject({ exitCode: 0 });
  expect(await loong(home, ["config", "get", "gateway.port", "--json"])).toMatchObject({ stdout: "18789\n" });
  expect(await readFile(file, "utf8")).toContain("# ours");
});

test("--dry-run shows the change and makes none", async () => {
  const home = await temporaryHome();
  const { exitCode, stdout } = await loong(home, ["config", "patch", '{"agent":{"use":"echo"}}', "--dry-run"]);
  expect(exitCode).toBe(0);
  expect(stdout).toContain("+  use: echo");
  expect(await loong(home, ["config", "file"])).toMatchObject({
    stdout: `${join(home, "config.yaml")}\n`,
    stderr: expect.stringContaining("not there yet"),
  });
});

test("an unknown key is an error with the nearest one, for people and for programs", async () => {
  const home = await temporaryHome();
  const { exitCode, stdout, stderr } = await loong(home, ["config", "set", "gateway.prot", "1", "--json"]);
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/^error: .*gateway\.prot.*\nhint: .*port/u);
  expect(JSON.parse(stdout)).toMatchObject({
    error: { code: "CONFIG_UNKNOWN_KEY", hint: expect.stringContaining("port") },
  });
});

test("a secret is shown as stars, a reference as what it is", async () => {
  const home = await homeWithChannels([{ id: "fake", aliases: ["fk"] }]);
  await loong(home, ["config", "set", "channels.fk.token", "hunter2hunter2"]);
  const shown = await loong(home, ["config", "get", "channels.fake"]);
  expect(shown.stdout).toContain("***");
  expect(shown.stdout + shown.stderr).not.toContain("hunter2");
  await loong(home, ["config", "set", "channels.fake.token", "--env", "MY_TOKEN"]);
  expect(JSON.parse((await loong(home, ["config", "get", "channels.fake.token", "--json"])).stdout)).toEqual({
    env: "MY_TOKEN",
  });
});

test("validate exits 1 for an error and names the place", async () => {
  const home = await temporaryHome();
  await writeFile(join(home, "config.yaml"), "gateway:\n  port: many\n");
  const { exitCode, stdout } = await loong(home, ["config", "validate", "--json"]);
  expect(exitCode).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ ok: false, problems: [{ code: "CONFIG_TYPE", line: 2 }] });
});

test("a torn file is said to be torn", async () => {
  const home = await temporaryHome();
  await writeFile(join(home, "config.yaml"), "gateway: [\n");
  expect(await loong(home, ["config", "set", "gateway.port", "1"])).toMatchObject({
    exitCode: 2,
    stderr: expect.stringMatching(/^error: /u),
  });
  expect(await loong(home, ["config", "get"])).toMatchObject({
    exitCode: 2,
    stderr: expect.stringMatching(/^error: The config file cannot be read: .*config\.yaml:2:1/u),
  });
});

test("edit replaces the file with what the editor made of it, if it is good", async () => {
  const home = await temporaryHome();
  const file = join(home, "config.yaml");
  await writeFile(file, "gateway:\n  port: 8080\n");
  expect(await loong(home, ["config", "edit"], { VISUAL: "sed -i s/8080/8081/" })).toMatchObject({
    exitCode: 0,
    stdout: `Changed ${file}.\n`,
  });
  expect(await readFile(file, "utf8")).toBe("gateway:\n  port: 8081\n");
  expect(await loong(home, ["config", "edit"], { VISUAL: "true" })).toMatchObject({
    exitCode: 0,
    stdout: `${file} is unchanged.\n`,
  });

  const refused = await loong(home, ["config", "edit"], { EDITOR: "sed -i s/port/prot/" });
  expect(refused).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("nothing was changed") });
  expect(await readFile(file, "utf8")).toBe("gateway:\n  port: 8081\n");
  expect(await loong(home, ["config", "edit"], { EDITOR: "false" })).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining("`false`"),
  });
});

test("--config reads another file, the state stays where it is", async () => {
  const home = await temporaryHome();
  const file = join(home, "other.toml");
  await writeFile(file, "[gateway]\nport = 7000\n");
  expect(await loong(home, ["--config", file, "config", "get", "gateway.port"])).toMatchObject({ stdout: "7000\n" });
  expect(JSON.parse((await loong(home, ["gateway", "status", "--json", "--config", file])).stdout)).toMatchObject({
    stateDir: home,
  });
});
