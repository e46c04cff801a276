import type { Config } from "@loong/config";
import { describe, expect, test } from "vitest";
import { type Isolation, isolationOf, type PluginOrigin } from "./mode.ts";

type Place = Pick<PluginOrigin, "source" | "installedFrom">;

const fromRegistry: Place = { source: "installed", installedFrom: "registry" };
const channel = { kind: "channel", id: "chat" };

function at(
  packageName: string,
  place: Place,
  { written, manifest = channel }: { written?: Isolation; manifest?: object } = {},
) {
  const entries = written === undefined ? {} : { chat: { isolation: written } };
  const config = { plugins: { paths: [], entries } } as Partial<Config> as Config;
  return isolationOf({ packageName, manifest, ...place } as PluginOrigin, config);
}

describe("a channel that calls itself one of Loong's own", () => {
  test.each<[string, Place, Isolation]>([
    ["comes with the command", { source: "bundled" }, "inline"],
    ["lies in the checkout", { source: "workspace" }, "inline"],
    ["is a path that the config names", { source: "path" }, "inline"],
    ["is a folder that was linked", { source: "installed", installedFrom: "link" }, "inline"],
    ["was installed from the registry", fromRegistry, "inline"],
    ["was installed from a tarball", { source: "installed", installedFrom: "tarball" }, "process"],
    ["was copied from a folder", { source: "installed", installedFrom: "directory" }, "process"],
    ["was put there by somebody else", { source: "installed" }, "process"],
  ])("and %s", (_how, place, isolation) => {
    expect(at("@loong/chat", place)).toBe(isolation);
  });
});

test("a stranger's channel runs in a process wherever it comes from", () => {
  for (const source of ["bundled", "workspace", "path"] as const) expect(at("@acme/chat", { source })).toBe("process");
  const names = ["@acme/chat", "loong-chat", "@loong-fake/chat", "@loong"];
  expect(names.map((name) => at(name, fromRegistry))).toEqual(names.map(() => "process"));
});

test("the operator decides, but not about agents", () => {
  expect(at("@acme/chat", { source: "installed" }, { written: "inline" })).toBe("inline");
  expect(at("@loong/chat", fromRegistry, { written: "process" })).toBe("process");
  const manifest = { kind: "agent", id: "chat" };
  expect(at("@acme/agent", fromRegistry, { written: "process", manifest })).toBe("inline");
});
