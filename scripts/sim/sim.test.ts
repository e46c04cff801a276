import { execFile } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { root } from "../workspace.ts";
import { plants } from "./plants.ts";

interface Ran {
  readonly code: number | string | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

function node(...args: readonly string[]): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(process.execPath, ["--conditions=@loong/source", ...args], { cwd: root }, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, stdout, stderr }),
    );
  });
}

const sim = (...args: readonly string[]) => node(join(root, "scripts/sim.ts"), ...args);

test("every planted bug is caught, by the invariant it breaks", { timeout: 240_000 }, async () => {
  const { code, stdout } = await sim("--seeds", "0", "--sqlite-seeds", "0", "--points", "0", "--restores", "0");
  expect(stdout).not.toContain("ESCAPED");
  expect(stdout).toContain(`${plants.length} of ${plants.length} planted bugs were caught`);
  expect(code).toBe(0);
});

test("there are bugs for every invariant that one run can break", () => {
  expect([...new Set(plants.map(({ breaks }) => breaks))]).toEqual(
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15, 16, 17].map((number) => `I${number}`),
  );
});

test("a fragment that is no longer there is said to be", { timeout: 60_000 }, async () => {
  const script = `
    import { startPlanting } from "./scripts/sim/planting.ts";
    const plant = { name: "old", breaks: "I1", where: "packages/gateway/src/gateway.ts", from: "was here once", to: "" };
    await startPlanting([plant]).load(plant);`;
  const { code, stderr } = await node("--input-type=module", "--eval", script);
  expect(stderr).toContain(`"old": its fragment stands 0 times in packages/gateway/src/gateway.ts, not once`);
  expect(code).toBe(1);
});

describe("one run", { timeout: 60_000 }, () => {
  test("can be struck at a point and read line by line", async () => {
    const { code, stdout } = await sim("--seed", "2", "--power-at", "17", "--trace");
    expect(stdout).toContain("STRUCK: power");
    expect(stdout).toContain("the process ends: power");
    expect(code).toBe(0);
  });

  test("with a bug says what it broke", async () => {
    const { code, stdout } = await sim("--seed", "1", "--plant", "answers strangers");
    expect(stdout).toContain("I6 who may not talk gets one prompt and no turn: ");
    expect(code).toBe(1);
  });

  test.each([
    [["--seed", "x"], `error: "x" is not a whole number.`],
    [["--sed", "1"], "error: Unknown option '--sed'"],
    [["--seed", "1", "--plant", "none"], `error: There is no planted bug "none". These are:`],
  ])("%j is a misuse", async (args, message) => {
    const { code, stderr } = await sim(...args);
    expect(stderr).toContain(message);
    expect(stderr).toContain("hint: pnpm sim --help");
    expect(code).toBe(2);
  });
});
