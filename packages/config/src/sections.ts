import { dirname } from "node:path";
import { absolutePath } from "./paths.ts";
import { isPlainObject, type PlainObject } from "./source/document.ts";
import type { AgentSection, Config, Env, GatewaySection, PluginEntry, PluginsSection } from "./types.ts";

/**
 * The gateway's own sections. A value that is not what it should be counts as not written, so that commands can go on;
 * `sectionFault` tells whether there is one.
 */
export function sectionsOf(
  value: PlainObject,
  file: string,
  env: Env,
): Pick<Config, "gateway" | "agent" | "plugins" | "log"> {
  return {
    gateway: gatewaySection(table(value["gateway"])),
    agent: agentSection(table(value["agent"])),
    plugins: pluginsSection(table(value["plugins"]), dirname(file), env),
    log: { level: oneOf(table(value["log"])["level"], ["debug", "info", "warn", "error"] as const) ?? "info" },
  };
}

function gatewaySection(section: PlainObject): GatewaySection {
  const publicUrl = text(section["publicUrl"]);
  return {
    port: whole(section["port"], 0, 65_535) ?? 18_789,
    bind: text(section["bind"]) ?? "127.0.0.1",
    drainTimeoutMs: whole(section["drainTimeoutMs"], 0, 600_000) ?? 8_000,
    messagesPerMinute: whole(section["messagesPerMinute"], 0, 10_000) ?? 20,
    keepTextDays: whole(section["keepTextDays"], 0, 3_650) ?? 7,
    keepIdsDays: whole(section["keepIdsDays"], 8, 3_650) ?? 30,
    ...(publicUrl === undefined ? {} : { publicUrl }),
  };
}

function agentSection(section: PlainObject): AgentSection {
  const systemPrompt = text(section["systemPrompt"]);
  return {
    use: text(section["use"]) ?? "llm",
    historyMessages: whole(section["historyMessages"], 0, 10_000) ?? 40,
    turnTimeoutMs: whole(section["turnTimeoutMs"], 1_000, 86_400_000) ?? 300_000,
    maxConcurrentTurns: whole(section["maxConcurrentTurns"], 1, 10_000) ?? 8,
    ...(systemPrompt === undefined ? {} : { systemPrompt }),
  };
}

function pluginsSection(section: PlainObject, directory: string, env: Env): PluginsSection {
  const paths = Array.isArray(section["paths"]) ? section["paths"].map(text).filter((path) => path !== undefined) : [];
  const entries = Object.entries(table(section["entries"])).map(
    ([id, entry]) => [id, pluginEntry(entry ?? {})] as const,
  );
  return { paths: paths.map((path) => absolutePath(path, directory, env)), entries: Object.fromEntries(entries) };
}

/** Fails closed: no table, or an `enabled` that is no boolean, is off; an unknown isolation is a process of its own. */
function pluginEntry(entry: unknown): PluginEntry {
  if (!isPlainObject(entry)) return { enabled: false };
  const { enabled, isolation } = entry;
  return {
    ...(enabled === undefined ? {} : { enabled: enabled === true }),
    ...(isolation === undefined ? {} : { isolation: isolation === "inline" ? "inline" : "process" }),
  };
}

function table(value: unknown): PlainObject {
  return isPlainObject(value) ? value : {};
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function whole(value: unknown, least: number, most: number): number | undefined {
  return typeof value === "number" && Number.isInteger(value) && value >= least && value <= most ? value : undefined;
}

function oneOf<T extends string>(value: unknown, values: readonly T[]): T | undefined {
  return values.find((candidate) => candidate === value);
}
