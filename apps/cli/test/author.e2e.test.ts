import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openWorkshop, type Workshop } from "./workshop.ts";

let workshop: Workshop;
beforeAll(async () => {
  workshop = await openWorkshop(["poll", "outbound-only"]);
}, 240_000);
afterAll(() => workshop?.close());

describe("a channel that does not keep its duties", () => {
  test("fails `plugins test`, which names the duty", async () => {
    const { directory, edit } = await workshop.copyOf("poll");
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
    const { directory, edit } = await workshop.copyOf("poll");
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

const tarballsIn = async (directory: string) => (await readdir(directory)).filter((file) => file.endsWith(".tgz"));

describe("`plugins pack`", () => {
  test("writes the manifest anew from the code, and with --dry-run only says that it would", async () => {
    const { directory, edit } = await workshop.copyOf("outbound-only");
    await edit("src/index.ts", "maxLength: 4_000", "maxLength: 4_001");
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
      "src/index.ts",
      /default: "disabled"/u,
      'default: "open"',
      "CLI_PLUGIN_CODE",
      "does not support",
    ],
    [
      "code that throws",
      "src/index.ts",
      "const HOUR_MS",
      'throw new Error("no luck"); const HOUR_MS',
      "CLI_PLUGIN_CODE",
      "no luck",
    ],
    [
      "code that ends the process",
      "src/index.ts",
      "const HOUR_MS",
      "process.exit(0); const HOUR_MS",
      "CLI_PLUGIN_CODE",
      "it ended",
    ],
    [
      "code without a plugin",
      "src/index.ts",
      "export default defineChannel",
      "export const channel = defineChannel",
      "CLI_PLUGIN_CODE",
      "default export",
    ],
    [
      "code that the compiler refuses",
      "src/open.ts",
      "api = createBotApi",
      "api: number = createBotApi",
      "CLI_PACK_BUILD",
      "TS2322",
    ],
    [
      "a schema that is none",
      "src/index.ts",
      "schema: accountSchema",
      "schema: [accountSchema] as never",
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
    const { directory, edit } = await workshop.copyOf("outbound-only");
    if (to.includes('"unused"')) await edit("package.json", '"engines"', '"dependencies": {}, "engines"');
    await edit(file, from, to);
    const { exitCode, faults, tarball } = await pack(directory);
    expect(faults.map((fault) => fault.code)).toEqual([code]);
    expect(faults[0]?.message).toContain(reason);
    expect(faults[0]?.hint).not.toBe("");
    expect({ exitCode, tarball, left: await tarballsIn(directory) }).toEqual({ exitCode: 1, tarball: null, left: [] });
  });

  test("says at a terminal what went wrong and how to mend it", async () => {
    const { directory, edit } = await workshop.copyOf("outbound-only");
    await edit("src/index.ts", /default: "disabled"/u, 'default: "open"');
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
