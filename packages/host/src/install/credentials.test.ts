import { expect, test } from "vitest";
import { credentialsFor } from "./credentials.ts";

const settings = {
  "//npm.acme.test/:_authToken": "common",
  "//npm.acme.test/team/:_auth": "dGVhbTpwdw==",
  "//git.acme.test/api/npm/:_authToken": "git",
  "//npm.acme.test:8443/:_authToken": "other-port",
};

function shown(address: string, registry = "https://registry.test/"): string | undefined {
  return credentialsFor(new URL(address), new URL(registry), settings).authorization;
}

test("the nearest folder above an address counts", () => {
  expect(shown("https://npm.acme.test/@acme%2fhorn")).toBe("Bearer common");
  expect(shown("https://npm.acme.test/team/horn")).toBe("Basic dGVhbTpwdw==");
  expect(shown("https://npm.acme.test/teams/horn")).toBe("Bearer common");
  expect(shown("https://npm.acme.test:8443/horn")).toBe("Bearer other-port");
});

test("no other host gets anything", () => {
  for (const host of ["npm.acme.test.evil.test", "evil.test", "acme.test", "x.npm.acme.test", "npm.acme.test:444"])
    expect(shown(`https://${host}/team/horn`, "https://npm.acme.test/")).toBeUndefined();
});

test("another folder of the registry's own host gets what the registry gets, and not without TLS", () => {
  const registry = "https://git.acme.test/api/npm/";
  expect(shown("https://git.acme.test/projects/7/horn.tgz", registry)).toBe("Bearer git");
  expect(shown("http://git.acme.test/projects/7/horn.tgz", registry)).toBeUndefined();
  expect(shown("https://git.acme.test/projects/7/horn.tgz")).toBeUndefined();
});
