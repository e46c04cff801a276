import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, readdir, symlink, utimes, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { scratch } from "../../test/scratch.ts";
import { setValue } from "../index.ts";
import { isFailure, parseConfig } from "../source/document.ts";

const writer = fileURLToPath(new URL("../../test/writer.ts", import.meta.url));

test("a writer killed at any moment leaves a whole file, old or new", async () => {
  const home = scratch(undefined);
  let written = 0;
  for (let round = 0; round < 6; round++) {
    const child = spawn(process.execPath, ["--conditions=@loong/source", writer, home.home], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const exited = once(child, "exit");
    await once(child.stdout, "data");
    await sleep(round * 6);
    child.kill("SIGKILL");
    await exited;
    for (const file of [home.file, join(home.paths.cacheDir, "config.last-good.yaml")]) {
      const parsed = await parseConfig(await readFile(file, "utf8"), "yaml");
      if (isFailure(parsed)) throw new Error(`${file} is torn: ${parsed.reason}`);
      const { gateway, log } = parsed.value as { gateway: { port: number }; log?: unknown };
      expect(gateway.port).toBeGreaterThan(0);
      expect(log).toBeDefined();
      written = gateway.port;
    }
    expect((await home.read({ validate: false })).problems).toEqual([]);
  }
  expect(written).toBeGreaterThanOrEqual(2);
});

test("what killed writers left is cleared, what is not theirs stays", async () => {
  const home = scratch("gateway:\n  port: 1\n");
  const stale = join(home.home, `.${basename(home.file)}.0123456789ab.tmp`);
  const fresh = join(home.home, `.${basename(home.file)}.ba9876543210.tmp`);
  const foreign = join(home.home, `.${basename(home.file)}.swp`);
  for (const file of [stale, fresh, foreign]) await writeFile(file, "x");
  await utimes(stale, 0, 0);
  await setValue(home.edit, "gateway.port", { text: "2" });
  expect(new Set(await readdir(home.home))).toEqual(
    new Set([basename(fresh), basename(foreign), "cache", "config.yaml"]),
  );
});

test("two writers at once lose neither change", async () => {
  const home = scratch("gateway:\n  port: 1\n");
  await Promise.all([
    setValue(home.edit, "gateway.bind", { text: "::1" }),
    setValue(home.edit, "log.level", { text: "debug" }),
    setValue(home.edit, "agent.use", { text: "echo" }),
  ]);
  const config = await home.read();
  expect([config.gateway.bind, config.log.level, config.agent.use]).toEqual(["::1", "debug", "echo"]);
});

test("a symbolic link stays one, and its file is written", async () => {
  const home = scratch(undefined);
  const real = join(home.home, "real.yaml");
  await writeFile(real, "gateway:\n  port: 1\n");
  await symlink(real, home.file);
  await setValue(home.edit, "gateway.port", { text: "2" });
  expect(await readFile(real, "utf8")).toBe("gateway:\n  port: 2\n");
});
