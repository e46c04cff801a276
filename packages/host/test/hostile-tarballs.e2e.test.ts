import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { prepareInstall } from "../src/install/index.ts";
import { installation, leftovers } from "./installing.ts";
import { fixture } from "./plugin-tree.ts";
import { entriesOf, type RawEntry, repacked, tarball } from "./tarball.ts";
import { tempDir } from "./temp-dir.ts";

/** Everything of an honest plugin, so that only what is added can be the reason. */
const honest = entriesOf(fixture("plain-js"));
const plugin = (...added: readonly RawEntry[]) => tarball([...honest, ...added]);
const ESCAPED = join(tmpdir(), `loong-escaped-${process.pid}`);
const MEGABYTE = 1024 * 1024;

const withDevice = (type: "CharacterDevice" | "BlockDevice"): RawEntry => ({ path: "package/device", type });
const bytes = (path: string, count: number): RawEntry => ({ path, content: Buffer.alloc(count) });
/** Does not shrink when it is packed, so that only its size can be the reason. */
const noise = (path: string, count: number): RawEntry => ({ path, content: noiseOf(path, count) });

const hostile: readonly (readonly [what: string, code: string, reason: string, make: () => Buffer])[] = [
  ["a path that climbs out", "UNSAFE", "leads out of its folder", () => plugin({ path: "package/../../escaped" })],
  ["a path that only seems to climb", "UNSAFE", "leads out of its folder", () => plugin({ path: "package/a/../b" })],
  ["an absolute path", "UNSAFE", "is an absolute path", () => plugin({ path: ESCAPED })],
  ["a path with a drive", "UNSAFE", "is an absolute path", () => plugin({ path: "C:/escaped" })],
  ["a path with backslashes", "UNSAFE", "backslash", () => plugin({ path: "package\\..\\escaped" })],
  [
    "a symbolic link",
    "UNSAFE",
    "is a link",
    () => plugin({ path: "package/link", type: "SymbolicLink", linkpath: "/etc/passwd" }),
  ],
  [
    "a file written through a link",
    "UNSAFE",
    '"package/out" is a link',
    () =>
      plugin({ path: "package/out", type: "SymbolicLink", linkpath: ".." }, { path: "package/out/x", content: "x" }),
  ],
  ["a hard link", "UNSAFE", "is a link", () => plugin({ path: "package/hard", type: "Link", linkpath: "/etc/passwd" })],
  ["a character device", "UNSAFE", "is a device", () => plugin(withDevice("CharacterDevice"))],
  ["a block device", "UNSAFE", "is a device", () => plugin(withDevice("BlockDevice"))],
  ["a pipe", "UNSAFE", "is a pipe", () => plugin({ path: "package/pipe", type: "FIFO" })],
  ["a setuid program", "UNSAFE", "setuid", () => plugin({ path: "package/su", content: "x", mode: 0o4755 })],
  ["a setgid program", "UNSAFE", "setgid", () => plugin({ path: "package/sg", content: "x", mode: 0o2755 })],
  ["names that differ in case only", "UNSAFE", "where case does not count", () => plugin({ path: "package/INDEX.js" })],
  [
    "names that differ in their composition only",
    "UNSAFE",
    "where case does not count",
    () => plugin({ path: "package/\u00e9.js" }, { path: "package/e\u0301.js" }),
  ],
  ["a file twice", "UNSAFE", "is there twice", () => plugin({ path: "package/index.js", content: "other" })],
  [
    "a file that is a folder too",
    "UNSAFE",
    "is there twice",
    () => plugin({ path: "package/index.js/x", content: "x" }),
  ],
  ["a second top-level folder", "UNSAFE", "2 top-level folders", () => plugin({ path: "other/index.js" })],
  ["a name with control characters", "UNSAFE", "cannot be shown", () => plugin({ path: "package/a\u001b[2Jb" })],
  ["a name that turns its direction", "UNSAFE", "cannot be shown", () => plugin({ path: "package/a\u202esj.txt" })],
  ["a name that is no UTF-8", "UNSAFE", "cannot be shown", () => withRawName(Buffer.from([0x70, 0xff, 0xfe]))],
  ["a path without end", "UNSAFE", "too long a path", () => plugin({ path: `package/${"deep/".repeat(200)}x` })],
  ["a part that is empty", "UNSAFE", "empty part", () => plugin({ path: "package//x" })],
  ["a name that Windows would shorten", "UNSAFE", "ends in a dot", () => plugin({ path: "package/index.js." })],
  [
    "60,000 empty files",
    "UNSAFE",
    "more than 20000 entries",
    () =>
      plugin(...Array.from({ length: 60_000 }, (_, index) => ({ path: `package/${index}`, content: noiseOf("", 64) }))),
  ],
  [
    "200 MB of zeros in 200 KB",
    "UNSAFE",
    "more than 200 times its size",
    () => plugin(bytes("package/big", 200 * MEGABYTE)),
  ],
  [
    "more than 100 MB",
    "UNSAFE",
    "more than 104857600 bytes",
    () => plugin(noise("package/noise", 4 * MEGABYTE), bytes("package/big", 101 * MEGABYTE)),
  ],
  ["a packed file in a packed file", "BROKEN", "no tar archive", () => gzipSync(plugin())],
  ["half of an archive", "BROKEN", "cannot be read", () => plugin().subarray(0, 300)],
  ["a wrong checksum", "BROKEN", "checksum", () => withWrongChecksum()],
  ["no package.json", "BROKEN", "no package.json", () => tarball([{ path: "package/index.js" }])],
  ["a build file", "UNSAFE", "is native code", () => plugin({ path: "package/binding.gyp", content: "{}" })],
  ["compiled code", "UNSAFE", "is native code", () => plugin({ path: "package/build/addon.node", content: "x" })],
  ["packed dependencies", "UNSAFE", "node_modules", () => plugin({ path: "package/node_modules/ws/index.js" })],
  ["a name that is a path", "INVALID", "no proper name", () => renamed("../../evil")],
];

describe("a tarball is refused that has", () => {
  test.for(hostile)("%s", async ([, code, reason, make]) => {
    const dir = tempDir();
    const file = join(dir, "plugin.tgz");
    writeFileSync(file, make());
    const { options, paths } = installation();
    const refused = await prepareInstall(file, options).then(
      (prepared) => prepared.discard(),
      (error: unknown) => error,
    );
    expect(refused).toMatchObject({ code: expect.stringMatching(`^INSTALL_(TARBALL|PACKAGE)_${code}$`) });
    expect((refused as Error).message).toContain(reason);
    expect(leftovers(paths)).toEqual([]);
    expect(readdirSync(paths.home)).toEqual(["plugins"]);
    expect(readdirSync(dir)).toEqual(["plugin.tgz"]);
    expect(existsSync(ESCAPED)).toBe(false);
  });
});

test("the honest one is taken", async () => {
  const file = join(tempDir(), "plugin.tgz");
  writeFileSync(file, plugin());
  const { installed } = await installation().install(file);
  expect(installed).toMatchObject({ id: "plain-js", source: "tarball", state: "intact" });
});

function noiseOf(seed: string, count: number): Buffer {
  let state = 2_463_534_242 + seed.length;
  return Buffer.from(
    Uint8Array.from({ length: count }, () => {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      return state & 0xff;
    }),
  );
}

/** The names of an archive are bytes: these stand where a library would write UTF-8. */
function withRawName(name: Buffer): Buffer {
  const marked = "package/__RAW__";
  return repacked([...honest, { path: marked, content: "x" }], (tar) => {
    const at = tar.indexOf(marked);
    tar.fill(0, at + 8, at + marked.length);
    name.copy(tar, at + 8);
    const header = tar.subarray(at, at + 512);
    header.fill(" ", 148, 156);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  });
}

function withWrongChecksum(): Buffer {
  return repacked(honest, (tar) => tar.write("777777", 148, "latin1"));
}

function renamed(name: string): Buffer {
  const entries = entriesOf(fixture("plain-js"), {
    "package.json": JSON.stringify({ name, version: "1.0.0", loong: {} }),
  });
  return tarball(entries);
}
