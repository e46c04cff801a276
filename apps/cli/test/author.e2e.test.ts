import { execFile } from "node:child_process";
import { glob, mkdir, readdir, readFile, realpath, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openWorkshop, type Piece, type Transport, type Workshop } from "./workshop.ts";

let workshop: Workshop;
beforeAll(async () => {
  workshop = await openWorkshop(["poll", "outbound-only"]);
}, 240_000);
afterAll(() => workshop?.close());

/** A copy with no other tests than those of its duties. */
async function dutiesOf(transport: Transport): Promise<Piece> {
  const piece = await workshop.copyOf(transport);
  const others = glob("test/!(conformance).test.ts", { cwd: piece.directory });
  for await (const name of others) await rm(join(piece.directory, name));
  return piece;
}

describe("a channel that does not keep its duties", () => {
  test("fails `plugins test`, which names the duty", async () => {
    const { directory, edit } = await dutiesOf("poll");
    await edit(
      "src/probe.ts",
      "return { ok: false, problems:",
      "return { ok: true, problems: [] } as never; return { ok: false, problems:",
    );
    const { exitCode, stdout } = await workshop.author("plugins", "test", directory);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^broken +probe-refuses: /mu);
    expect(stdout).toContain("not ok: @acme/loong-poll keeps ");
  });

  test("fails when it acknowledges what was not stored", async () => {
    const { directory, edit } = await dutiesOf("poll");
    await edit(
      "src/inbound/poll.ts",
      "if (await store(updates, inbound, log)) after",
      "void store(updates, inbound, log); after",
    );
    await edit("src/inbound/poll.ts", /\n.*else await sleep.*/u, "");
    const { exitCode, stdout } = await workshop.author("plugins", "test", directory, "--json");
    expect(exitCode).toBe(1);
    const { broken } = JSON.parse(stdout) as { broken: readonly string[] };
    expect(broken.map((title) => title.split(":")[0])).toEqual(
      expect.arrayContaining(["serve-acknowledges", "serve-refused"]),
    );
  });

  test("does not pass by leaving the suite out", async () => {
    const { directory } = await workshop.copyOf("outbound-only");
    await rm(join(directory, "test/conformance.test.ts"));
    const { exitCode, stderr } = await workshop.author("plugins", "test", directory);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("No test of @acme/loong-outbound-only looks at the duties of a plugin.");
  });

  test("without vitest is told what to install", async () => {
    const { directory } = await workshop.copyOf("outbound-only");
    await rm(join(directory, "node_modules"));
    const { exitCode, stderr } = await workshop.author("plugins", "test", directory);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("npm install");
  });
});

interface Packed {
  readonly tarball: string | null;
  readonly manifestWritten: boolean;
  readonly faults: readonly { readonly code: string; readonly message: string; readonly hint: string }[];
}

async function pack(directory: string, ...options: readonly string[]): Promise<Packed & { exitCode: number | null }> {
  const { exitCode, stdout } = await workshop.author("plugins", "pack", directory, "--json", ...options);
  return { ...(JSON.parse(stdout) as Packed), exitCode };
}

/** A copy that is built, and is not built again: what the build gave can be spoilt. npm looks at all that is installed, so little is. */
async function builtCopy(): Promise<Piece> {
  const piece = await workshop.copyOf("outbound-only");
  await piece.edit("package.json", /"build": .*/u, "");
  const modules = join(piece.directory, "node_modules");
  const kit = await realpath(join(modules, "@loong"));
  await rm(modules);
  await mkdir(modules);
  await symlink(kit, join(modules, "@loong"));
  return piece;
}

const tarballsIn = async (directory: string) => (await readdir(directory)).filter((file) => file.endsWith(".tgz"));

/** What packing says and leaves. */
async function outcomeOf(directory: string) {
  const { exitCode, faults, tarball } = await pack(directory);
  return { exitCode, faults, tarball, left: await tarballsIn(directory) };
}

function refusal(code: string, reason: string): Awaited<ReturnType<typeof outcomeOf>> {
  const message = expect.stringContaining(reason) as string;
  const hint = expect.stringMatching(/./u) as string;
  return { exitCode: 1, faults: [{ code, message, hint }], tarball: null, left: [] };
}

describe("`plugins pack`", () => {
  beforeAll(async () => {
    await promisify(execFile)("npm", ["run", "build"], { cwd: workshop.made("outbound-only") });
  });

  test("writes the manifest anew from the code, and with --dry-run only says that it would", async () => {
    const { directory, edit } = await builtCopy();
    await edit("dist/index.js", "maxLength: 4_000", "maxLength: 4_001");
    expect(await pack(directory, "--dry-run")).toMatchObject({
      exitCode: 1,
      tarball: null,
      faults: [{ code: "CLI_PACK_STALE" }],
    });
    expect(await pack(directory)).toMatchObject({ exitCode: 0, manifestWritten: true, faults: [] });
    expect(JSON.parse(await readFile(join(directory, "package.json"), "utf8"))).toMatchObject({
      loong: { text: { maxLength: 4_001 } },
    });
    await rm(join(directory, (await tarballsIn(directory))[0] ?? ""));
    expect(await pack(directory, "--dry-run")).toMatchObject({ exitCode: 0, tarball: null, faults: [] });
    expect(await tarballsIn(directory)).toEqual([]);
  });

  test.each([
    [
      "code that defines nothing sound",
      "dist/index.js",
      /default: "disabled"/u,
      'default: "open"',
      "CLI_PLUGIN_CODE",
      "does not support",
    ],
    [
      "code that throws",
      "dist/index.js",
      "const HOUR_MS",
      'throw new Error("no luck"); const HOUR_MS',
      "CLI_PLUGIN_CODE",
      "no luck",
    ],
    [
      "code that ends the process",
      "dist/index.js",
      "const HOUR_MS",
      "process.exit(0); const HOUR_MS",
      "CLI_PLUGIN_CODE",
      "it ended",
    ],
    [
      "code without a plugin",
      "dist/index.js",
      "export default defineChannel",
      "export const channel = defineChannel",
      "CLI_PLUGIN_CODE",
      "default export",
    ],
    [
      "a schema that is none",
      "dist/index.js",
      "schema: accountSchema",
      "schema: [accountSchema]",
      "PLUGIN_MANIFEST_INVALID",
      "`account`",
    ],
    [
      "an entry that is not there",
      "package.json",
      "./dist/emulator/index.js",
      "./dist/nowhere.js",
      "CLI_PACK_LINT",
      "nowhere",
    ],
    [
      "an sdk of its own",
      "package.json",
      '"dependencies"',
      '"dependencies": { "@loong/sdk": "^0.0.0" }, "unused"',
      "CLI_PACK_SDK",
      "of its own",
    ],
    [
      "a range that only a workspace knows",
      "package.json",
      /("peerDependencies": \{\s*"@loong\/sdk": )"[^"]*"/u,
      '$1"workspace:^"',
      "CLI_PACK_RANGE",
      "workspace:^",
    ],
  ])("refuses %s, says why, and leaves no tarball", async (_, file, from, to, code, reason) => {
    const { directory, edit } = await builtCopy();
    if (to.includes('"unused"')) await edit("package.json", '"engines"', '"dependencies": {}, "engines"');
    await edit(file, from, to);
    expect(await outcomeOf(directory)).toMatchObject(refusal(code, reason));
  });

  test("refuses code that the compiler refuses, says why, and leaves no tarball", async () => {
    const { directory, edit } = await workshop.copyOf("outbound-only");
    await edit("src/open.ts", "api = createBotApi", "api: number = createBotApi");
    expect(await outcomeOf(directory)).toMatchObject(refusal("CLI_PACK_BUILD", "TS2322"));
  });

  test("says at a terminal what went wrong and how to mend it", async () => {
    const { directory, edit } = await builtCopy();
    await edit("dist/index.js", /default: "disabled"/u, 'default: "open"');
    const { exitCode, stderr } = await workshop.author("plugins", "pack", directory);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^error: The code of @acme\/loong-outbound-only makes no manifest: .*does not support/mu);
    expect(stderr).toMatch(/^hint: /mu);
  });

  test("of a folder without a package is misuse", async () => {
    const directory = join(workshop.place, "nowhere");
    const { exitCode, stderr } = await workshop.author("plugins", "pack", directory);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`${directory} is no package: there is no package.json that can be read.`);
  });
});
