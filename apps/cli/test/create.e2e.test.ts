import { execFile } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createOperator, type Operator } from "./operator.ts";
import { type Registry, startRegistry } from "./registry.ts";
import { untilStates } from "./states.ts";
import { hasTerminals, keys, openTerminal } from "./terminal.ts";
import { openWorkshop, type Transport, TRANSPORTS, type Workshop } from "./workshop.ts";

const run = promisify(execFile);

let workshop: Workshop;
/** Has what a new channel depends on of Loong; the rest comes from npm. */
let registry: Registry;
beforeAll(async () => {
  [workshop, registry] = await Promise.all([openWorkshop(TRANSPORTS), startRegistry()]);
  for (const tarball of workshop.kit) await registry.publish(tarball);
}, 240_000);
afterAll(() => Promise.all([workshop?.close(), registry?.close()]));

interface Packed {
  readonly exitCode: number | null;
  readonly report: { readonly tarball: string; readonly files: readonly { readonly path: string }[] };
}

const packs: { [transport in Transport]?: Promise<Packed> } = {};

/** Packs each channel once. */
function packed(transport: Transport): Promise<Packed> {
  packs[transport] ??= pack(transport);
  return packs[transport];
}

async function pack(transport: Transport): Promise<Packed> {
  const { exitCode, stdout } = await workshop.author("plugins", "pack", workshop.made(transport), "--json");
  return { exitCode, report: JSON.parse(stdout) as Packed["report"] };
}

describe.each(TRANSPORTS)("a new channel over %s", (transport) => {
  test("keeps every duty that it can have, skips none, and its types hold", async () => {
    const { exitCode, stdout, stderr } = await workshop.author("plugins", "test", workshop.made(transport), "--json");
    expect(exitCode, `it says: ${stderr}`).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      packageName: `@acme/loong-${transport}`,
      suites: [`${transport} keeps the promises of a channel`],
      broken: [],
      skipped: [],
      otherFailures: 0,
      success: true,
    });
    expect((JSON.parse(stdout) as { kept: number }).kept).toBeGreaterThan(20);
    await run("npm", ["run", "types"], { cwd: workshop.made(transport) });
  });

  test("packs at once: its manifest is the one of its code, and publint finds nothing", async () => {
    const { exitCode, report } = await packed(transport);
    expect(report).toMatchObject({ faults: [], manifestWritten: false });
    expect(exitCode).toBe(0);
    expect(existsSync(report.tarball)).toBe(true);
    const files = report.files.map(({ path }) => path);
    expect(files).toEqual(
      expect.arrayContaining(["dist/index.js", "dist/index.d.ts", "dist/emulator/index.js", "README.md", "LICENSE"]),
    );
    expect(files.filter((file) => /^(?:src|test)\/|tsconfig|\.test\./u.test(file))).toEqual([]);
  });
});

describe("`plugins create`", () => {
  test("writes nothing into a folder that has something", async () => {
    const directory = join(workshop.place, "taken");
    await mkdir(directory);
    await writeFile(join(directory, "notes.txt"), "mine");
    const { exitCode, stderr } = await workshop.author("plugins", "create", "taken", "--directory", directory, "--yes");
    expect(exitCode).toBe(2);
    expect(stderr).toContain("is there already");
    expect(await readdir(directory)).toEqual(["notes.txt"]);
  });

  test.each([
    [["Not A Name"], "package name"],
    [["fine", "--id", "Not_An_Id"], "An id has"],
    [["fine", "--label", 'a "quoted" name'], "A label has"],
    [["fine", "--transport", "pigeon"], "Allowed choices"],
    [[], "has no name"],
  ])("%j is misuse", async (words, reason) => {
    const { exitCode, stderr } = await workshop.author("plugins", "create", ...words, "--yes");
    expect(exitCode).toBe(2);
    expect(stderr).toContain(reason);
  });

  let operator: Operator | undefined;
  afterEach(async () => {
    await operator?.leaves();
    operator = undefined;
  });

  test.runIf(hasTerminals)("asks at a terminal for what was not said", async () => {
    operator = createOperator();
    const directory = join(workshop.place, "asked");
    const terminal = openTerminal(operator, `loong plugins create --directory ${directory}`);
    await terminal.answers("Name on npm", keys.enter);
    await terminal.answers("Id, as in", keys.enter);
    await terminal.answers("Name for people", keys.enter);
    await terminal.answers("How do messages come in?", keys.down, keys.enter);
    await terminal.sees("npm install");
    expect(await terminal.ended).toBe(0);
    const json = JSON.parse(await readFile(join(directory, "package.json"), "utf8")) as object;
    expect(json).toMatchObject({
      name: "my-channel",
      dependencies: { ws: expect.any(String) },
      loong: { id: "my-channel", label: "My Channel" },
    });
  });

  test.runIf(hasTerminals)("that is left in the middle writes nothing and says how to begin again", async () => {
    operator = createOperator();
    const directory = join(workshop.place, "left");
    const terminal = openTerminal(operator, `loong plugins create --directory ${directory}`);
    await terminal.answers("Name on npm", keys.ctrlC);
    await terminal.sees("Begin again with `loong plugins create`");
    expect(await terminal.ended).toBe(2);
    expect(existsSync(directory)).toBe(false);
  });
});

// One over poll comes from the registry, where that is tested.
describe.each(["websocket", "push-webhook"] as const)("a new channel over %s", (transport) => {
  let operator: Operator;
  beforeEach(async () => {
    operator = createOperator();
    await writeFile(join(operator.home, "../.npmrc"), `registry=${registry.url}/\n`);
  });
  afterEach(() => operator.leaves());

  async function must(line: string): Promise<string> {
    const { code, stdout, stderr } = await operator.types(line);
    expect(code, `${line} says: ${stdout}${stderr}`).toBe(0);
    return stdout;
  }

  test("is installed from its tarball, runs in a process of its own, and answers", async () => {
    const { report } = await packed(transport);
    // What it depends on of Loong was published a moment ago.
    await must(`loong plugins install ${report.tarball} --yes --allow-new`);
    const { port } = await freePort();
    const platform = operator.starts(`loong dev emulate ${transport} http://127.0.0.1:${port}/${transport}/events`);
    await platform.waitFor(/^http:\/\/127\.0\.0\.1:\d+$/mu);
    const url = /^http:\/\/127\.0\.0\.1:\d+$/mu.exec(platform.output())?.[0] ?? "";
    const secrets = { token: "emulator-token", signingSecret: "emulator-signing-secret" };
    const { signingSecret: _, ...withoutSigning } = secrets;
    const account = { baseUrl: url, allowFrom: ["ada"], ...(transport === "push-webhook" ? secrets : withoutSigning) };
    await must(
      `loong config patch '${JSON.stringify({ agent: { use: "echo" }, channels: { [transport]: account } })}'`,
    );
    await must("loong channels status --probe");

    const gateway = operator.starts(`loong gateway run --port ${port}`);
    await untilStates(operator, ["CONNECTED"]);
    await fetch(`${url}/_emulator/say`, { method: "POST", body: JSON.stringify({ text: "is this thing on?" }) });
    await expect.poll(() => botMessages(url)).toEqual(["is this thing on?"]);
    expect(JSON.parse(await must("loong plugins list --json"))).toMatchObject({
      plugins: expect.arrayContaining([expect.objectContaining({ id: transport, isolation: "process" })]),
    });
    await must("loong gateway stop");
    expect((await gateway.ended).code).toBe(0);
  });
});

async function botMessages(url: string): Promise<readonly string[]> {
  const response = await fetch(`${url}/_emulator/messages`);
  const messages = (await response.json()) as readonly { readonly sender: { readonly id: string }; text: string }[];
  return messages.filter(({ sender }) => sender.id === "bot-1").map(({ text }) => text);
}

async function freePort(): Promise<{ readonly port: number }> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return { port };
}
