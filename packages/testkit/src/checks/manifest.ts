import { type AgentPlugin, type ChannelPlugin, CONTRACT_VERSION, manifestOf } from "@loong/sdk";
import { expect } from "vitest";

/**
 * The manifest in package.json is the one of the code. Its range names the contract that the plugin was built with, which
 * may be an older one of this major.
 */
export function expectManifest(manifest: unknown, plugin: ChannelPlugin | AgentPlugin): void {
  const { contract: _newest, ...expected } = manifestOf(plugin);
  const { contract, ...actual } = { ...(manifest as Readonly<Record<string, unknown>>) };
  expect(actual, "package.json `loong`, as `manifestOf(plugin)` writes it").toEqual(expected);
  const [major, minor] = CONTRACT_VERSION.split(".").map(Number);
  const built = /^\^(\d+)\.(\d+)\.0$/.exec(String(contract))?.slice(1).map(Number);
  expect(built, "`contract`, as `manifestOf(plugin)` writes it").toBeDefined();
  expect(built?.[0], "major of `contract`").toBe(major);
  expect(built?.[1], "minor of `contract`, which this testkit must know").toBeLessThanOrEqual(minor ?? 0);
}
