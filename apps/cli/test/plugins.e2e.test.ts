import { once } from "node:events";
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { writeFakeChannel } from "./fake-channel.ts";
import { type Ended, createOperator, type Operator } from "./operator.ts";
import { hasTerminals, keys, openTerminal } from "./terminal.ts";

let operator: Operator;
let folder: string;
beforeEach(async () => {
  operator = createOperator();
  onTestFinished(() => operator.leaves());
  folder = await writeFakeChannel(join(operator.home, "../work"), { id: "acme", aliases: ["ac"], works: true });
});

async function must(line: string): Promise<Ended> {
  const ended = await operator.types(line);
  if (ended.code === 0) return ended;
  throw new Error(`\`${line}\` ended with ${ended.code}:\n${ended.stdout}${ended.stderr}`);
}

const json = async <T>(line: string): Promise<T> => JSON.parse((await operator.types(line)).stdout) as T;

interface Listed {
  readonly plugins: readonly Record<string, unknown>[];
}

async function listed(id: string): Promise<Record<string, unknown> | undefined> {
  return (await json<Listed>("loong plugins list --json")).plugins.find((plugin) => plugin["id"] === id);
}

describe("without a terminal", () => {
  test.each([`install FOLDER`, "uninstall acme", "update --all"])("`plugins %s` needs --yes", async (words) => {
    await must(`loong plugins install ${folder} --yes`);
    const ended = await operator.types(`loong plugins ${words.replace("FOLDER", folder)}`);
    expect(ended).toMatchObject({ code: 2, stdout: "" });
    expect(ended.stderr).toMatch(/^error: .*terminal[^]*hint: .*--dry-run.*--yes/u);
  });

  test("a dry run says what would come, and leaves nothing behind", async () => {
    const { stdout } = await must(`loong plugins install ${folder} --copy --dry-run`);
    expect(stdout).toMatch(/^fake-acme 1\.2\.3: channel "acme" \(acme\)[^]*Runs +in a process of its own/mu);
    expect(stdout).toContain("Nothing was changed.");
    expect(await listed("acme")).toBeUndefined();
    expect(existsSync(join(operator.home, "plugins/store"))).toBe(false);
  });

  test("what is not there is refused with a hint", async () => {
    const ended = await operator.types("loong plugins install ./nowhere --yes --json");
    expect(ended.code).toBe(2);
    expect(JSON.parse(ended.stdout)).toMatchObject({ error: { code: "INSTALL_PATH_UNUSABLE" } });
    expect(ended.stderr).toContain("hint: ");
  });
});

test("a copy is listed with where it came from, and is no longer used once somebody has changed it", async () => {
  await must(`loong plugins install ${folder} --copy --yes`);
  const before = await listed("acme");
  expect(before).toMatchObject({
    state: "available",
    origin: "directory",
    enabled: true,
    isolation: "process",
    spec: folder,
    error: null,
  });
  const checks = await json<{ checks: { id: string; level: string }[] }>("loong plugins doctor ac --json");
  expect(checks.checks.map(({ id, level }) => [id, level])).toEqual([
    ["plugin.acme.files", "ok"],
    ["plugin.acme.manifest", "ok"],
    ["plugin.acme.load", "ok"],
  ]);

  appendFileSync(join(String(before?.["directory"]), "index.js"), "// changed by a stranger\n");
  expect(await listed("acme")).toMatchObject({ state: "modified" });
  expect(await operator.types("loong plugins list")).toMatchObject({ code: 1 });
  const doctor = await operator.types("loong plugins doctor acme");
  expect(doctor).toMatchObject({ code: 1 });
  expect(doctor.stdout).toMatch(/fail +plugin\.acme\.files: PLUGIN_MODIFIED/u);

  await must(`loong plugins install ${folder} --copy --yes`);
  expect(await listed("acme")).toMatchObject({ state: "available" });
});

test("an installation that is interrupted changes nothing and leaves nothing", async () => {
  const silent = createServer();
  await once(silent.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => void silent.close());
  const asked = once(silent, "connection");
  const { port } = silent.address() as AddressInfo;
  const install = operator.starts(`loong plugins install @acme/chat --yes --registry http://127.0.0.1:${port}`);
  await asked;
  install.signal("SIGINT");
  const { code, stderr } = await install.ended;
  expect({ code, stderr }).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("Nothing was changed.") as string,
  });
  expect(readdirSync(join(operator.home, "plugins/.staging"))).toEqual([]);
  await must(`loong plugins install ${folder} --yes`);
});

test("an update of all that is interrupted goes on to no other", async () => {
  const asked: string[] = [];
  const tarball = Promise.withResolvers<void>();
  const registry = createHttpServer((request, response) => {
    const path = decodeURIComponent(request.url ?? "").slice(1);
    asked.push(path);
    // A tarball never comes.
    if (path.endsWith(".tgz")) return tarball.resolve();
    if (!path.startsWith("@")) return response.writeHead(404).end();
    const dist = { tarball: `${url}${path}/-/2.0.0.tgz`, integrity: `sha512-${Buffer.alloc(64).toString("base64")}` };
    const versions = { "2.0.0": { name: path, version: "2.0.0", dist } };
    const time = { "2.0.0": "2020-01-01T00:00:00Z" };
    return response.end(JSON.stringify({ name: path, "dist-tags": { latest: "2.0.0" }, versions, time }));
  });
  await once(registry.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => registry.close().closeAllConnections());
  const url = `http://127.0.0.1:${(registry.address() as AddressInfo).port}/`;
  const pinned = { version: "1.0.0", integrity: "", seal: "", packageJson: "", capabilities: [], installedAtMs: 0 };
  const row = (id: string) => ({
    ...pinned,
    id,
    kind: "channel",
    source: "registry",
    spec: `@acme/${id}`,
    folder: `store/${id}/1.0.0`,
  });
  mkdirSync(join(operator.home, "plugins"), { mode: 0o700 });
  const plugins = { "@acme/chat": row("chat"), "@acme/horn": row("horn") };
  operator.write("plugins/plugins.lock.json", JSON.stringify({ lockfileVersion: 1, plugins }));

  const update = operator.starts(`loong plugins update --all --yes --json --registry ${url}`);
  await Promise.race([tarball.promise, update.ended]);
  update.signal("SIGINT");
  const { code, stdout } = await update.ended;
  expect({ code, ended: JSON.parse(stdout) as object }).toMatchObject({
    code: 2,
    ended: { updates: [{ id: "chat", error: { code: "CLI_INSTALL_STOPPED" } }] },
  });
  expect(asked.filter((path) => path.endsWith(".tgz"))).toEqual(["@acme/chat/-/2.0.0.tgz"]);
});

test("a switch is a key of the config file", async () => {
  await must(`loong plugins install ${folder} --yes`);
  expect((await must("loong plugins disable ac")).stdout).toBe("acme is off now.\n");
  expect((await must("loong config get plugins.entries.acme.enabled")).stdout).toBe("false\n");
  expect(await listed("acme")).toMatchObject({ state: "disabled", enabled: false });
  expect((await must("loong plugins disable acme")).stdout).toBe("acme is off already.\n");
  expect(await json("loong plugins enable fake-acme --json")).toMatchObject({
    id: "acme",
    enabled: true,
    changed: true,
  });
});

describe("uninstall", () => {
  const config =
    "channels:\n  acme: { token: good } # ours\n  other: { token: theirs }\nplugins:\n  entries:\n    acme: { isolation: inline }\n    other: { enabled: false }\n";

  test("keeps the configuration, and says how it goes too", async () => {
    operator.write("config.yaml", config);
    await must(`loong plugins install ${folder} --yes`);
    const { stdout } = await must("loong plugins uninstall acme --yes");
    expect(stdout).toContain("Kept in the config file: channels.acme, plugins.entries.acme. --purge-config");
    expect(readFileSync(join(operator.home, "config.yaml"), "utf8")).toBe(config);
    expect(await listed("acme")).toBeUndefined();
    expect(existsSync(join(folder, "package.json"))).toBe(true);
  });

  test("with --purge-config, takes the plugin's own keys and no others", async () => {
    operator.write("config.yaml", config);
    await must(`loong plugins install ${folder} --yes`);
    const dry = await json("loong plugins uninstall ac --purge-config --dry-run --json");
    expect(dry).toMatchObject({ outcome: "would-remove", configRemoved: ["channels.acme", "plugins.entries.acme"] });
    await must("loong plugins uninstall ac --purge-config --yes");
    const left = readFileSync(join(operator.home, "config.yaml"), "utf8");
    expect(left).not.toContain("acme");
    expect(left).toContain("other: { token: theirs }");
    expect(left).toContain("other: { enabled: false }");
  });

  test("does not touch what was not installed with it", async () => {
    const ended = await operator.types("loong plugins uninstall echo --dry-run");
    expect(ended).toMatchObject({ code: 2, stdout: "" });
    expect(ended.stderr).toContain("loong plugins disable echo");
  });
});

describe("a gateway that runs", () => {
  interface Probed {
    readonly accounts: readonly {
      readonly probe: { readonly ok: boolean; readonly identity: { name: string } | null };
    }[];
  }

  /** The name that the platform knows the bot by; `undefined` when the account cannot be used. */
  async function botName(): Promise<string | undefined> {
    const { accounts } = await json<Probed>("loong channels status --probe --channel acme --json");
    return accounts[0]?.probe.identity?.name;
  }

  async function processOf(id: string): Promise<number | undefined> {
    const status = await json<{ plugins: readonly { id: string; pid?: number }[] }>("loong gateway status --json");
    return status.plugins.find((plugin) => plugin.id === id)?.pid;
  }

  const isAlive = (pid: number | undefined): boolean => {
    try {
      return process.kill(pid ?? Number.NaN, 0);
    } catch {
      return false;
    }
  };

  async function start(isolation: string): Promise<void> {
    const entries = `plugins: { entries: { acme: { isolation: ${isolation} } } }`;
    operator.write("config.yaml", `agent: { use: echo }\nchannels:\n  acme: { token: good }\n${entries}\n`);
    operator.starts("loong gateway run --port 0");
    await vi.waitFor(
      async () => expect((await operator.types("loong gateway status")).stdout).toContain("running"),
      20_000,
    );
  }

  function release(name: string): void {
    const file = join(folder, "index.js");
    writeFileSync(file, readFileSync(file, "utf8").replace(/name: "\w+ Bot"/u, `name: "${name}"`));
  }

  const changed = { added: [], removed: [], replaced: [], needsRestart: [], accounts: ["acme/default"] };
  const tookOver = async (line: string) => (await json<{ gateway: unknown }>(`${line} --json`)).gateway;

  test("takes over a plugin that is installed, replaced, switched or removed", { timeout: 120_000 }, async () => {
    await start("process");
    expect(await tookOver(`loong plugins install ${folder} --copy --yes`)).toEqual({ ...changed, added: ["acme"] });
    expect(await botName()).toBe("Fake Bot");
    const first = await processOf("acme");
    expect(isAlive(first)).toBe(true);

    release("New Bot");
    expect(await tookOver(`loong plugins install ${folder} --copy --yes`)).toEqual({ ...changed, replaced: ["acme"] });
    expect(await botName()).toBe("New Bot");
    await vi.waitFor(() => expect(isAlive(first)).toBe(false), 10_000);

    // The gateway watches its config: it may have taken the account over before it is told to look.
    const switched = {
      ...changed,
      accounts: expect.toSatisfy((ids: readonly string[]) => ids.every((id) => id === "acme/default")),
    };
    expect(await tookOver("loong plugins disable acme")).toEqual(switched);
    expect(await botName()).toBeUndefined();
    expect(await tookOver("loong plugins enable acme")).toEqual(switched);
    expect(await botName()).toBe("New Bot");
    const last = await processOf("acme");
    expect(await tookOver("loong plugins uninstall acme --yes")).toEqual({ ...changed, removed: ["acme"] });
    await vi.waitFor(() => expect(isAlive(last)).toBe(false), 10_000);
  });

  test(
    "says so when it has to be restarted for the code of a folder that it has loaded",
    { timeout: 60_000 },
    async () => {
      await start("inline");
      await must(`loong plugins install ${folder} --yes`);
      expect(await botName()).toBe("Fake Bot");
      release("New Bot");
      const { stdout } = await must(`loong plugins install ${folder} --yes`);
      expect(stdout).toContain("goes on with the code it has loaded of acme; `loong gateway restart`");
      expect(await botName()).toBe("Fake Bot");
      await must("loong gateway restart");
      expect(await botName()).toBe("New Bot");
    },
  );
});

describe.skipIf(!hasTerminals)("at a terminal (skipped where util-linux has no `script`)", () => {
  test("shows what comes, asks, and takes no for an answer", async () => {
    const terminal = openTerminal(operator, `loong plugins install ${folder} --copy`);
    await terminal.sees("fake-acme 1.2.3");
    await terminal.sees("in a process of its own");
    await terminal.answers("Install fake-acme 1.2.3?", keys.enter);
    expect(await terminal.ended).toBe(1);
    expect(await listed("acme")).toBeUndefined();
  });

  test("installs after a yes, and tells the next step", async () => {
    const terminal = openTerminal(operator, `loong plugins install ${folder} --copy`);
    await terminal.answers("Install fake-acme 1.2.3?", "y");
    await terminal.sees("Next: loong configure --section channels.acme");
    expect(await terminal.ended).toBe(0);
    expect(await listed("acme")).toMatchObject({ state: "available" });
  });
});

test("completion knows the verbs and their flags", async () => {
  const words = (await operator.types('loong complete -- plugins install ""')).stdout;
  expect((await operator.types('loong complete -- plugins ""')).stdout).toMatch(/^install\t/mu);
  expect((await operator.types("loong complete -- plugins install --")).stdout + words).toMatch(/^--dry-run/mu);
});
