import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));

function launch(args: readonly string[], pretendNode: string) {
  const env = { PATH: process.env["PATH"], PRETEND_NODE: pretendNode };
  return spawnSync(process.execPath, ["--require", file("old-node.cjs"), file("../bin/loong.cjs"), ...args], {
    env,
    encoding: "utf8",
  });
}

test.each(["10.24.1", "18.20.8", "20.20.2", "22.23.3", "24.14.1", "25.9.0"])(
  "on Node %s, one line says which Node is needed",
  (version) => {
    const { status, stdout, stderr } = launch(["gateway", "run"], version);
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toBe(`error: loong needs Node 24.15 or a later 24, or Node 26 or later; this is Node ${version}.\n`);
  },
);

test.each(["24.15.0", "24.21.0", "26.0.0", "27.1.0"])("Node %s will do", (version) => {
  const expected = (JSON.parse(readFileSync(file("../package.json"), "utf8")) as { version: string }).version;
  for (const flag of ["--version", "-V"])
    expect(launch([flag], version)).toMatchObject({ status: 0, stdout: `${expected}\n`, stderr: "" });
});
