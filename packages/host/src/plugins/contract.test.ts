import { CONTRACT_RANGE, CONTRACT_VERSION } from "@loong/sdk";
import satisfies from "semver/functions/satisfies.js";
import { expect, test } from "vitest";
import { contractFault } from "./contract.ts";

test("the range that the sdk writes into manifests holds the version that the host offers", () => {
  expect(satisfies(CONTRACT_VERSION, CONTRACT_RANGE)).toBe(true);
});

test.for(["^1.0.0", ">=0.9.0", "1.x", "1.0.0 || ^3.0.0"])("takes %s", async (range) => {
  expect(await contractFault("p", range)).toBeUndefined();
});

test.for([
  ["^0.9.0", "PLUGIN_CONTRACT_TOO_OLD"],
  ["<1.0.0", "PLUGIN_CONTRACT_TOO_OLD"],
  ["^1.1.0", "PLUGIN_CONTRACT_TOO_NEW"],
  [">=2", "PLUGIN_CONTRACT_TOO_NEW"],
  ["one", "PLUGIN_MANIFEST_INVALID"],
] as const)("refuses %s", async ([range, code]) => {
  expect(await contractFault("p", range)).toMatchObject({ code });
});
