import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import telegram from "@loong/telegram";
import { manifestOf } from "@loong/sdk";
import { describe, expect, test } from "vitest";

const root = join(import.meta.dirname, "..");
const read = (file: string) => readFileSync(join(root, file), "utf8");

test("the manifest in package.json is that of the code", () => {
  const { loong } = JSON.parse(read("package.json")) as { loong: unknown };
  expect(loong).toEqual(manifestOf(telegram));
});

describe("importing the package", () => {
  const script = `
    const { registerHooks } = process.getBuiltinModule("node:module");
    const loaded = [];
    registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
    const started = performance.now();
    const { default: plugin } = await import("@loong/telegram");
    const host = { accountId: "default", clock: Date, dataDir: "", log: {} };
    const channel = plugin.open({ mode: "polling", pollingTimeoutS: 30 }, host);
    await channel.close();
    console.log(JSON.stringify({ loaded, ms: performance.now() - started, handles: process.getActiveResourcesInfo() }));
  `;
  const output = execFileSync(process.execPath, ["--conditions=@loong/source", "--input-type=module", "-e", script], {
    cwd: root,
    encoding: "utf8",
  });
  const { loaded, handles } = JSON.parse(output) as { loaded: string[]; handles: string[] };

  test("and opening an account loads nothing that is not needed yet", () => {
    expect(loaded.some((url) => url.endsWith("/telegram/src/open.ts"))).toBe(true);
    expect(loaded.filter((url) => /node_modules\/(?!\.pnpm\/@loong)/.test(url) && !url.includes("/packages/"))).toEqual(
      [],
    );
  });

  test("starts no timer and opens no socket", () => {
    expect(handles.filter((handle) => !/Pipe|TTY|FSReq/.test(handle))).toEqual([]);
  });
});
