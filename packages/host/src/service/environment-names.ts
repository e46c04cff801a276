import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import type { Config, Env } from "@loong/config";
import type { JsonSchema } from "@loong/sdk";
import type { PluginSet } from "../plugins/index.ts";

/** What a service will miss: it does not inherit the environment of whoever installs it. */
export interface EnvironmentNeed {
  readonly name: string;
  /** Stands in the service's environment file already. */
  readonly provided: boolean;
}

/**
 * The environment names that the config refers to, and those that plugins would take a missing key from and are set here.
 *
 * @param file - The service's environment file; need not be there.
 */
export function environmentNeeds(config: Config, plugins: PluginSet, env: Env, file: string): EnvironmentNeed[] {
  const provided = readNames(file);
  const fallbacks = schemasInUse(config, plugins).flatMap(schemaNames);
  const names = new Set([
    ...writtenNames(config.source.parts.tree.value),
    ...fallbacks.filter((name) => env[name] || provided.has(name)),
  ]);
  return [...names].sort().map((name) => ({ name, provided: provided.has(name) }));
}

/** Every `{ env: NAME }`, `$NAME`, `${NAME}` and `env:NAME` of the file. */
function writtenNames(value: unknown): readonly string[] {
  if (typeof value === "string")
    return /^(?:\$(\w+)|\$\{(\w+)\}|env:(\w+))$/u.exec(value.trim())?.slice(1).filter(Boolean) ?? [];
  if (typeof value !== "object" || value === null) return [];
  const entries = Object.entries(value);
  const [only, ...others] = entries;
  if (only?.[0] === "env" && others.length === 0 && typeof only[1] === "string") return [only[1]];
  return entries.flatMap(([, inner]) => writtenNames(inner));
}

function schemasInUse({ accounts, agent }: Config, plugins: PluginSet): readonly JsonSchema[] {
  const channels = new Set(accounts.filter(({ enabled }) => enabled).map(({ channel }) => channel));
  return [
    ...plugins.channels().flatMap(({ manifest }) => (channels.has(manifest.id) ? [manifest.account] : [])),
    ...plugins.agents().flatMap(({ manifest }) => (manifest.id === agent.use ? [manifest.settings] : [])),
  ];
}

function schemaNames(schema: unknown): readonly string[] {
  if (typeof schema !== "object" || schema === null) return [];
  return Object.entries(schema).flatMap(([key, value]) =>
    key === "env" && Array.isArray(value) ? value.filter((name) => typeof name === "string") : schemaNames(value),
  );
}

function readNames(file: string): ReadonlySet<string> {
  try {
    return new Set(Object.keys(parseEnv(readFileSync(file, "utf8"))));
  } catch {
    return new Set();
  }
}
