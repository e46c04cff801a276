import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fixture } from "../../test/plugin-tree.ts";
import { readState } from "../state.ts";
import { environmentNeeds } from "./environment-names.ts";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "loong-names-"));
});
afterEach(() => rmSync(home, { recursive: true }));

async function needs(channels: string, env: Record<string, string> = {}, provided = "") {
  const plugins = `plugins: { paths: [${fixture("relay")}, ${fixture("horn")}, ${fixture("parrot")}] }`;
  writeFileSync(join(home, "config.yaml"), `${plugins}\nagent: { use: parrot }\nchannels:\n${channels}`, {
    mode: 0o600,
  });
  const file = join(home, "gateway.env");
  writeFileSync(file, provided);
  const state = await readState({ env: { LOONG_HOME: home, ...env }, bundled: [], version: "0", now: Date.now });
  return environmentNeeds(state.config, state.plugins, env, file);
}

test.each([["{ env: WRITTEN }"], ["$WRITTEN"], ["${WRITTEN}"], ["env:WRITTEN"]])(
  "a name that the config writes as %s is needed, set or not",
  async (token) => {
    expect(
      await needs(
        `  relay: { token: ${JSON.stringify(token).startsWith('"{') ? token : JSON.stringify(token)}, outFile: /tmp/x }\n`,
      ),
    ).toEqual([{ name: "WRITTEN", provided: false }]);
  },
);

test("what the environment file has is provided", async () => {
  const found = await needs("  relay: { token: $TWO, outFile: $ONE }\n", {}, "# secrets\nTWO='with space'\n");
  expect(found).toEqual([
    { name: "ONE", provided: false },
    { name: "TWO", provided: true },
  ]);
});

test("a name that a plugin falls back to counts when it is set, and when its channel is used", async () => {
  const env = { RELAY_TOKEN: "x" };
  expect(await needs("  relay: { outFile: /tmp/x }\n", env)).toEqual([{ name: "RELAY_TOKEN", provided: false }]);
  expect(await needs("  relay: { outFile: /tmp/x }\n")).toEqual([]);
  expect(await needs("  horn: {}\n", env)).toEqual([]);
});
