import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished, expect, test } from "vitest";

const root = join(import.meta.dirname, "..");

function starts(script: string, words: readonly string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, ["--conditions=@loong/source", join(root, script), ...words], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => void (said.stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => void (said.stderr += text));
  const ended = once(child, "close").then(([code]: (number | null)[]) => ({ code, ...said }));
  return { child, ended };
}

test("an input that is not in the corpus is refused with what is near", async () => {
  const { code, stderr } = await starts("corpus/run.ts", ["--only", "webhok"]).ended;
  expect(code).toBe(2);
  expect(stderr).toBe(
    'error: No input\'s id begins with "webhok". Did you mean "webhook"?\nhint: pnpm corpus --help\n',
  );
});

test("a campaign that is interrupted leaves nothing behind, and says how to do it again", async () => {
  const temporary = mkdtempSync(join(tmpdir(), "loong-interrupted-"));
  onTestFinished(() => rmSync(temporary, { recursive: true }));
  const words = ["--channels", "telegram", "--seed", "5"];
  const { child, ended } = starts("crash/run.ts", words, { TMPDIR: temporary });
  await once(child.stdout, "data");
  expect(readdirSync(temporary).length).toBeGreaterThan(0);
  child.kill("SIGTERM");
  const { code, stdout } = await ended;
  expect(code).toBe(130);
  expect(stdout).toContain(
    "again: pnpm crash --cycles 200 --seed 5 --rate 12 --channels telegram --isolation inline\n",
  );
  expect(readdirSync(temporary)).toEqual([]);
  expect(processesThatKnow(temporary)).toEqual([]);
});

/** Processes with this in their environment; none on systems that do not show it. */
function processesThatKnow(words: string): readonly string[] {
  const ids = process.platform === "linux" ? readdirSync("/proc").filter((name) => /^\d+$/.test(name)) : [];
  return ids.filter((id) => text(`/proc/${id}/environ`).includes(words));
}

/** Processes end while they are looked at. */
function text(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
