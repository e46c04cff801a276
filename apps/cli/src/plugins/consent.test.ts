import type { PreparedInstall } from "@loong/host/install";
import type { AgentManifest } from "@loong/sdk";
import { expect, test } from "vitest";
import { consentLines } from "./consent.ts";

const NOW_MS = Date.parse("2026-11-21T00:00:00Z");
const manifest: AgentManifest = {
  kind: "agent",
  id: "acme",
  label: "Acme",
  contract: "^1.0.0",
  keys: [],
  settings: { type: "object" },
};
const prepared: PreparedInstall = {
  packageName: "@acme/loong-agent",
  version: "1.2.3",
  source: "registry",
  manifest,
  integrity: "sha512-abc",
  registry: "https://npm.acme.test/",
  publisher: "ada",
  signature: "verified",
  provenance: "attested",
  publishedAtMs: NOW_MS - 5 * 86_400_000,
  files: 12,
  bytes: 34_567,
  dependencies: [
    { name: "ws", version: "8.23.0" },
    { name: "undici", version: "8.12.4" },
  ],
  capabilities: ["answers messages", "reads acme from the configuration"],
  warnings: [],
  replaces: "1.2.2",
  activate: () => Promise.reject(new Error("nobody asked for that")),
  discard: () => Promise.resolve(),
};

test("tells who, what, how old, with what, and where it will run", () => {
  expect(consentLines(prepared, "process", NOW_MS)).toEqual([
    '@acme/loong-agent 1.2.3: agent "acme" (Acme)',
    "",
    "Replaces      version 1.2.2",
    "Comes from    registry https://npm.acme.test/",
    "Publisher     ada",
    "Signature     verified: these bytes were signed with a key that the registry publishes",
    "Provenance    claimed, not verified: the registry has a statement of the source and build it comes from",
    "Published     5 d ago",
    "Contents      12 files, 35 kB",
    "Depends on    2 packages: ws 8.23.0, undici 8.12.4",
    "May           answers messages",
    "              reads acme from the configuration",
    "Runs          in a process of its own, with limits",
    "Integrity     sha512-abc",
  ]);
});

test("a folder that is used where it is has no publisher, age or integrity", () => {
  const { registry: _registry, publisher: _publisher, publishedAtMs: _at, replaces: _before, ...rest } = prepared;
  const linked: PreparedInstall = { ...rest, source: "link", integrity: "", files: 0, bytes: 0, dependencies: [] };
  const names = consentLines(linked, "inline", NOW_MS).map((line) => line.slice(0, 12).trim());
  expect(names).toEqual(["@acme/loong-", "", "Comes from", "May", "", "Runs"]);
});

test.for([
  ["unchecked", "not verified: signed with a key that the registry does not publish"],
  ["missing", "none, although the registry signs what is published to it"],
  ["none", "none, and the registry publishes no key to check one with"],
] as const)("a signature that is %s is not called one", ([signature, words]) => {
  expect(consentLines({ ...prepared, signature }, "process", NOW_MS)).toContain(`Signature     ${words}`);
});

test("nothing a stranger wrote moves the cursor or hides a word", () => {
  const label = "Acme\u001B[2K\rTrusted\u202E";
  const lines = consentLines(
    { ...prepared, publisher: "ada\nroot", manifest: { ...manifest, label } },
    "process",
    NOW_MS,
  );
  expect(lines.join("")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  expect(lines[0]).toContain("Acme�[2K�Trusted�");
  expect(lines).toContain("Publisher     ada�root");
});
