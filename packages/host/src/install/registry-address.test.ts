import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { tempDir } from "../../test/temp-dir.ts";
import { registryAddress } from "./registry-address.ts";

function homeWith(npmrc: string): string {
  const home = tempDir();
  writeFileSync(join(home, ".npmrc"), npmrc);
  return home;
}

test("the nearest word counts: the caller's, the environment's, ~/.npmrc, npm's public registry", () => {
  const HOME = homeWith("; mine\n@acme:registry=https://acme.test/\nregistry = https://npmrc.test/npm\n");
  const npm_config_registry = "https://env.test/";
  expect(registryAddress({ HOME, npm_config_registry }, "https://caller.test")).toBe("https://caller.test/");
  expect(registryAddress({ HOME, npm_config_registry })).toBe("https://env.test/");
  expect(registryAddress({ HOME })).toBe("https://npmrc.test/npm/");
  expect(registryAddress({ HOME: tempDir() })).toBe("https://registry.npmjs.org/");
  expect(registryAddress({})).toBe("https://registry.npmjs.org/");
});

test.for(["ftp://a.test/", "nonsense", "file:///srv", "https://ann:s3cret@a.test/"])("%s is none", (address) => {
  const refused = expect.objectContaining({ code: "INSTALL_REGISTRY_INVALID" });
  expect(() => registryAddress({}, address)).toThrow(refused);
  expect(() => registryAddress({}, address)).not.toThrow("s3cret");
});
