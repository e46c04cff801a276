import { join } from "node:path";
import type { Config } from "@loong/config";
import type { ChannelHost, LogFields } from "@loong/sdk";
import { expect, onTestFinished } from "vitest";
import type { IsolationLimits } from "../../src/isolation/limits.ts";
import type { HostLog } from "../../src/log/index.ts";
import { createPluginLoader } from "../../src/plugin-loader.ts";
import { createPluginSet, discoverPlugins } from "../../src/plugins/index.ts";
import { tempDir } from "../temp-dir.ts";
import { warm } from "./compiled.ts";

interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly fields?: LogFields;
}

/** A state directory for plugins, and a loader that gives each a process of its own. */
export function isolated(isolation: Partial<IsolationLimits> = {}) {
  const home = tempDir();
  const paths = { pluginsDir: join(home, "plugins"), cacheDir: join(home, "cache"), dataDir: join(home, "data") };
  const lines: LogLine[] = [];
  const log = recordingLog(lines);
  const entries = {};
  const source = { parts: { env: process.env } };
  const config = { plugins: { paths: [], entries }, source } as unknown as Config;
  const loader = createPluginLoader({ paths, config: () => config, log, now: Date.now, isolation });
  let keep: (() => void) | undefined;
  onTestFinished(() => keep?.());
  onTestFinished(() => loader.close());

  async function load(id: string) {
    keep ??= warm(join(paths.dataDir, id));
    const { plugins, failures } = await discoverPlugins({ paths, extraPaths: [], bundled: [] });
    const record = createPluginSet(plugins, failures).channel(id);
    return { record, plugin: await loader.channel(record) };
  }

  return {
    ...paths,
    home,
    lines,
    loader,
    load,
    /** Resolves once a plugin wrote this line into the log. */
    logged: (line: string) => expect.poll(() => lines.some(({ message }) => message === line)).toBe(true),
    async open(id: string, values: unknown = {}) {
      const { plugin } = await load(id);
      const channel = await plugin.open(values, hostFor(join(paths.dataDir, id, "default"), log));
      onTestFinished(() => channel.close());
      return channel;
    },
  };
}

function hostFor(dataDir: string, log: HostLog): ChannelHost {
  return { accountId: "default", log, clock: { now: Date.now }, dataDir };
}

function recordingLog(lines: LogLine[]): HostLog {
  const at = (level: string) => (message: string, fields?: LogFields) =>
    void lines.push({ level, message, ...(fields && { fields }) });
  const log = { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
  return { ...log, child: () => log, addSecret: () => undefined, file: "", close: async () => undefined };
}
