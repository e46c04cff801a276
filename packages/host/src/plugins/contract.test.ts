import { CONTRACT_RANGE, CONTRACT_VERSION } from "@loong/sdk";
import satisfies from "semver/functions/satisfies.js";
import { expect, test } from "vitest";
import { contractFault } from "./contract.ts";

test("the range that the sdk writes into manifests holds the version that the host offers", () => {
  expect(satisfies(CONTRACT_VERSION, CONTRACT_RANGE)).toBe(true);
});

test("a plugin asks for the minor it was built with, and for no patch", () => {
  const [major, minor] = CONTRACT_VERSION.split(".");
  expect(CONTRACT_RANGE).toBe(`^${major}.${minor}.0`);
});

test.for(["^1.0.0", ">=0.9.0", "1.x", "1.0.0 || ^3.0.0"])("takes %s", async (range) => {
  expect(await contractFault("p", range)).toBeUndefined();
});

test.for([
  ["^0.9.0", "PLUGIN_CONTRACT_TOO_OLD"],
  ["<1.0.0", "PLUGIN_CONTRACT_TOO_OLD"],
  ["^1.1.0", "PLUGIN_CONTRACT_TOO_NEW"],
  [">=2", "PLUGIN_CONTRACT_TOO_NEW"],
  ["one", "PLUGIN_CONTRACT_INVALID"],
] as const)("refuses %s, and names both versions", async ([range, code]) => {
  const fault = await contractFault("p", range);
  expect(fault).toMatchObject({ code });
  expect(fault?.message).toContain(range);
  expect(fault?.message).toContain(CONTRACT_VERSION);
});

test.for([undefined, null, "", " ", 1, ["^1.0.0"]])("refuses %j, which names none", async (range) => {
  expect(await contractFault("p", range)).toMatchObject({
    code: "PLUGIN_CONTRACT_INVALID",
    message: `p does not say which plugin contract it was written for; this Loong offers ${CONTRACT_VERSION}.`,
  });
});
