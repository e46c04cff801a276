import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { AuditReport } from "@loong/api";
import { type StatePaths, statePaths } from "@loong/config";
import { audit, type AuditOptions, type Machine } from "../../src/security/index.ts";
import { root } from "../../../../scripts/workspace.ts";
import { tempDir } from "../temp-dir.ts";

type Table = Record<string, unknown>;

/** An installation as the docs advise it, for tests to spoil: what they change is written down before the audit. */
export interface Home {
  /** `HOME`; the state directory is `.loong` in it. */
  readonly directory: string;
  paths: StatePaths;
  readonly config: {
    readonly channels: Record<string, Table>;
    readonly providers: Record<string, Table>;
    activeProvider?: string;
    gateway?: Table;
    agent?: Table;
    log?: Table;
    plugins?: Table;
    [section: string]: unknown;
  };
  /** In the place of the whole text of the config file. */
  configText?: string;
  readonly env: Record<string, string>;
  machine: Machine;
  /** The one channel that is configured. */
  readonly account: Table;
  /** A path in the state directory. */
  at(...names: readonly string[]): string;
  /** Writes a file and makes the folders around it, 0700. */
  write(path: string, text: string, mode?: number): string;
  /** A file with a new secret, as the docs advise it; gives its path. */
  secretFile(name: string, text?: string): string;
}

/** What each platform's page tells an operator to write, secrets in files. */
const ADVISED = {
  feishu: { appId: "cli_a9f6c72aa7b85bcb", appSecretFile: "secrets/app-secret" },
  telegram: { botTokenFile: "secrets/bot-token" },
  wecom: { botId: "aibXVqN4fMrnCqTfGSrAPgKmSWnzEVAR2F", secretFile: "secrets/secret" },
} as const;

export type Advised = keyof typeof ADVISED;
export const advisedChannels = Object.keys(ADVISED) as readonly Advised[];

export function advisedHome(channel: Advised = "feishu"): Home {
  const directory = tempDir();
  const account: Table = { ...ADVISED[channel], dmPolicy: "pairing" };
  const home: Home = {
    directory,
    paths: statePaths({ HOME: directory }),
    account,
    config: {
      channels: { [channel]: account },
      activeProvider: "volcengine",
      providers: { volcengine: { kind: "volcengine", apiKeyFile: "secrets/api-key", model: "auto" } },
    },
    env: { HOME: directory, PATH: "/usr/bin:/bin" },
    machine: {
      platform: "linux",
      userId: process.getuid?.(),
      isRoot: false,
      nodeVersion: "24.22.1",
      fileSystemType: async () => 0xef53,
    },
    at: (...names) => join(home.paths.home, ...names),
    write(path, text, mode = 0o600) {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      writeFileSync(path, text);
      chmodSync(path, mode);
      return path;
    },
    secretFile: (name, text = randomBytes(20).toString("hex")) => home.write(home.at("secrets", name), text),
  };
  for (const name of ["app-secret", "bot-token", "secret", "api-key"]) home.secretFile(name);
  layState(home);
  return home;
}

/** What a gateway that ran leaves. */
function layState({ paths, write }: Home): void {
  const { journalFile, ownerFile, lockFile, logsDir, pluginsDir, dataDir, cacheDir } = paths;
  for (const file of [journalFile, `${journalFile}-wal`, `${journalFile}-shm`, ownerFile, lockFile]) write(file, "");
  write(join(logsDir, "loong-2026-11-21.log"), '{"level":"info","message":"started"}\n');
  write(join(cacheDir, "config.last-good.json"), "{}");
  for (const folder of [pluginsDir, dataDir]) mkdirSync(folder, { mode: 0o700 });
}

/** Writes the config down and looks. */
export async function auditOf(home: Home, options: Partial<AuditOptions> = {}): Promise<AuditReport> {
  writeConfig(home);
  return auditAgain(home, options);
}

function writeConfig(home: Home): void {
  const file = home.paths.explicitConfigFile ?? home.at("config.json");
  const text = home.configText ?? JSON.stringify(home.config, null, 2);
  // Modes that a test has set stay.
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, text, { mode: 0o600 });
}

/** Looks at what is there now. */
export async function auditAgain(home: Home, options: Partial<AuditOptions> = {}): Promise<AuditReport> {
  return audit({
    env: home.env,
    bundled: [],
    workspaceRoot: root,
    version: "1.2.3",
    now: () => Date.parse("2026-11-21T12:00:00Z"),
    machine: home.machine,
    ...options,
  });
}
