import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Manifest } from "@loong/sdk";
import { onTestFinished } from "vitest";
import { type Config, type EditOptions, readConfig, statePaths, type StatePaths } from "../src/index.ts";
import { manifests as playbookManifests } from "./manifests.ts";

/** A home of a test's own, with one config file or none. */
export interface Scratch {
  readonly home: string;
  readonly file: string;
  readonly paths: StatePaths;
  readonly edit: EditOptions;
  text(): Promise<string>;
  read(options?: { readonly validate?: boolean }): Promise<Config>;
}

export function scratch(
  text: string | undefined,
  {
    name = "config.yaml",
    env = {},
    manifests = playbookManifests,
  }: { name?: string; env?: Record<string, string>; manifests?: readonly Manifest[] } = {},
): Scratch {
  const home = mkdtempSync(join(tmpdir(), "loong config-"));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const file = join(home, name);
  if (text !== undefined) writeFileSync(file, text, { mode: 0o600 });
  const paths = statePaths({ LOONG_HOME: home });
  const options = { paths, env, manifests };
  return {
    home,
    file,
    paths,
    edit: options,
    text: () => readFile(file, "utf8"),
    read: (more = {}) => readConfig({ ...options, ...more }),
  };
}

/** Code and place of each problem: `"CONFIG_TYPE 3:5 gateway.port"`. */
export function shortly(config: Config): readonly string[] {
  return config.problems.map(({ code, line, column, path }) => `${code} ${line}:${column} ${path}`);
}
