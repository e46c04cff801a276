import { parseEnv } from "node:util";
import {
  type AccountConfig,
  type Config,
  type ConfigText,
  configTexts,
  type Env,
  type StatePaths,
  statePaths,
} from "@loong/config";
import type { JsonSchema } from "@loong/sdk";
import type { HostOptions } from "../options.ts";
import { type ChannelRecord, isChannelRecord, type PluginSet } from "../plugins/index.ts";
import { environmentFile } from "../service/index.ts";
import { isPluginEnabled, readState } from "../state.ts";
import { tailOf } from "./file-facts.ts";
import type { Machine } from "./machine.ts";

const MAX_ENVIRONMENT_BYTES = 256 * 1024;

/** Everything that the rules look at, read once. */
export interface Sight {
  readonly paths: StatePaths;
  readonly config: Config;
  readonly plugins: PluginSet;
  readonly machine: Machine;
  /** Of this command, and of the service that would run the gateway. */
  readonly environments: readonly Surroundings[];
  readonly texts: readonly ConfigText[];
  /** Secrets with their values, where these could be read. */
  readonly secrets: readonly KnownSecret[];
  /** Accounts that would be served. */
  readonly accounts: readonly ServedAccount[];
}

export interface Surroundings {
  /** For people: `"the environment"`. */
  readonly name: string;
  readonly file?: string;
  readonly env: Env;
}

export interface KnownSecret extends ConfigText {
  readonly value: string;
}

export interface ServedAccount {
  readonly account: AccountConfig;
  readonly record: ChannelRecord;
  /** The plugin's keys. */
  readonly schema: JsonSchema;
  /** As written, with what it takes from the channel's block; no reference is resolved, no default filled in. */
  readonly written: Readonly<Record<string, unknown>>;
  /** Where the plugin may take keys from that are not written; empty for an account that may not. */
  readonly env: Env;
}

/** Reads files and manifests; asks nobody. */
export async function look(options: HostOptions, machine: Machine): Promise<Sight> {
  const environments = environmentsOf(options);
  const env = Object.assign({}, ...environments.map((each) => each.env).toReversed(), placesOf(options.env)) as Env;
  const { paths, config, plugins } = await readState({ ...options, env });
  const texts = configTexts(config);
  return {
    paths,
    config,
    plugins,
    machine,
    environments,
    texts,
    secrets: await knownSecrets(texts, env),
    accounts: servedAccounts(config, plugins),
  };
}

/** The service's file may name what this shell does not have; where both do, this shell's word counts. */
function environmentsOf({ env, configFile }: HostOptions): readonly Surroundings[] {
  const file = environmentFile(statePaths(env, { config: configFile }));
  const text = tailOf(file, MAX_ENVIRONMENT_BYTES);
  const own = { name: "the environment", env };
  return text === "" ? [own] : [own, { name: file, file, env: parseEnv(text) }];
}

/** Which installation is looked at is this shell's to say. */
function placesOf({ HOME, LOONG_HOME, LOONG_CONFIG }: Env): Env {
  return { HOME, LOONG_HOME, LOONG_CONFIG };
}

async function knownSecrets(texts: readonly ConfigText[], env: Env): Promise<readonly KnownSecret[]> {
  const known = await Promise.all(
    texts
      .filter(({ isSecret }) => isSecret)
      .map(async (text) => {
        const value = (await text.read()) ?? "";
        return value === "" ? [] : [{ ...text, value }];
      }),
  );
  const metrics = env["LOONG_METRICS_TOKEN"] ?? "";
  return metrics === "" ? known.flat() : [...known.flat(), metricsSecret(metrics)];
}

/** The one secret that has no key. */
function metricsSecret(value: string): KnownSecret {
  const name = "LOONG_METRICS_TOKEN";
  const read = async () => value;
  return { path: name, canonical: [name], isSecret: true, from: { kind: "env", name }, schema: {}, read, value };
}

function servedAccounts(config: Config, plugins: PluginSet): readonly ServedAccount[] {
  return config.source.parts.accounts.flatMap(({ config: account, draft }) => {
    const record = plugins.find(account.channel);
    if (!account.enabled || !isPluginEnabled(config, account.channel)) return [];
    if (record === undefined || !isChannelRecord(record)) return [];
    const env = account.isDefault || !account.named ? config.source.parts.env : {};
    return [{ account, record, schema: record.manifest.account, written: draft.values, env }];
  });
}
