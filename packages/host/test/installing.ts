import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { type StatePaths, statePaths } from "@loong/config";
import { type InstallOptions, type PrepareOptions, prepareInstall } from "../src/install/index.ts";
import { tempDir } from "./temp-dir.ts";

/** A fixed day, months after everything that `release` publishes. */
export const NOW_MS: number = Date.parse("2026-11-21T12:00:00Z");

export interface Installation {
  readonly paths: StatePaths;
  readonly options: InstallOptions;
  install(spec: string, more?: Partial<PrepareOptions>): ReturnType<typeof installNow>;
}

/** An empty state directory, with a registry when the test has one. */
export function installation(registry?: { readonly url: string }): Installation {
  const home = tempDir();
  const paths = statePaths({ LOONG_HOME: home });
  const options: InstallOptions = {
    paths,
    env: { PATH: process.env["PATH"], HOME: home, LOONG_HOME: home },
    bundled: [],
    now: () => NOW_MS,
    registry: registry?.url ?? "http://127.0.0.1:9/",
  };
  return { paths, options, install: (spec, more) => installNow(spec, { ...options, ...more }) };
}

async function installNow(spec: string, options: PrepareOptions) {
  const prepared = await prepareInstall(spec, options);
  return { prepared, installed: await prepared.activate() };
}

/** Everything that an install which did not happen must not leave behind. */
export function leftovers({ pluginsDir }: StatePaths): readonly string[] {
  return [".staging", "store"].flatMap((name) => {
    const directory = join(pluginsDir, name);
    return existsSync(directory) ? readdirSync(directory).map((each) => `${name}/${each}`) : [];
  });
}
