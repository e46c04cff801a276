import type { PluginStatus } from "@loong/api";
import { LoongError, type Manifest } from "@loong/sdk";
import { hostErrors } from "../errors.ts";
import { nearestName } from "./nearest-name.ts";
import {
  type AgentRecord,
  type ChannelRecord,
  isAgentRecord,
  isChannelRecord,
  namesOf,
  type PluginFailure,
  type PluginRecord,
} from "./record.ts";

/** How a usable plugin stands now. */
export interface PluginCondition {
  readonly state: PluginStatus["state"];
  readonly error?: PluginStatus["error"];
  readonly isolation?: PluginStatus["isolation"];
  /** Of its own process, while there is one. */
  readonly pid?: number;
}

/** The plugins of one command or gateway, by what operators call them. */
export interface PluginSet {
  readonly records: readonly PluginRecord[];
  readonly failures: readonly PluginFailure[];
  manifests(): readonly Manifest[];
  channels(): readonly ChannelRecord[];
  agents(): readonly AgentRecord[];
  /** By id, then by alias, then by its package; a channel before an agent of the same name. */
  find(name: string): PluginRecord | undefined;
  /** @throws PLUGIN_NOT_FOUND with the nearest name and all known ones; the failure's own error when it is broken. */
  plugin(name: string): PluginRecord;
  /** @throws PLUGIN_NOT_FOUND with the nearest name and all known ones; the failure's own error when it is broken. */
  channel(idOrAlias: string): ChannelRecord;
  /** @throws PLUGIN_NOT_FOUND with the nearest name and all known ones; the failure's own error when it is broken. */
  agent(id: string): AgentRecord;
  /** @param condition - What the caller knows; plugins it is silent about are `available`. */
  statuses(condition?: (record: PluginRecord) => PluginCondition | undefined): PluginStatus[];
}

export function createPluginSet(records: readonly PluginRecord[], failures: readonly PluginFailure[]): PluginSet {
  const channels = records.filter(isChannelRecord);
  const agents = records.filter(isAgentRecord);
  const named = (candidates: readonly PluginRecord[], name: string) =>
    candidates.find((record) => record.manifest.id === name) ??
    candidates.find((record) => namesOf(record).includes(name));

  const find = (name: string) =>
    named(channels, name) ?? named(agents, name) ?? records.find(({ packageName }) => packageName === name);

  function require<R extends PluginRecord>(
    kind: Manifest["kind"] | "plugin",
    candidates: readonly R[],
    name: string,
    found = named(candidates, name) as R | undefined,
  ): R {
    if (found !== undefined) return found;
    throw (
      brokenPlugin(failures, kind, name) ??
      hostErrors.PLUGIN_NOT_FOUND([kind, name, suggestion(candidates.flatMap(namesOf), name)])
    );
  }

  return {
    records,
    failures,
    manifests: () => records.map((record) => record.manifest),
    channels: () => channels,
    agents: () => agents,
    find,
    plugin: (name) => require("plugin", records, name, find(name)),
    channel: (name) => require("channel", channels, name),
    agent: (name) => require("agent", agents, name),
    statuses: (condition = () => undefined) => [
      ...records.map((record) => statusOf(record, condition(record) ?? { state: "available" })),
      ...failures.map(failureStatus),
    ],
  };
}

function statusOf(record: PluginRecord, condition: PluginCondition): PluginStatus {
  const { manifest, packageName, version, source, directory } = record;
  return {
    id: manifest.id,
    kind: manifest.kind,
    packageName,
    version,
    source,
    directory,
    state: condition.state,
    error: condition.error ?? null,
    ...(condition.isolation === undefined ? {} : { isolation: condition.isolation }),
    ...(condition.pid === undefined ? {} : { pid: condition.pid }),
  };
}

function failureStatus(failure: PluginFailure): PluginStatus {
  const { packageName, source, directory, code, message, hint } = failure;
  return {
    id: failure.id ?? packageName,
    kind: failure.kind ?? "channel",
    packageName,
    version: failure.version ?? "",
    source,
    directory,
    state: failure.severity === "warning" ? "disabled" : "failed",
    error: { code, message, hint },
  };
}

/** Why the plugin of this name cannot be used, if it is there and broken. */
export function brokenPlugin(
  failures: readonly PluginFailure[],
  kind: Manifest["kind"] | "plugin",
  name: string,
): LoongError | undefined {
  const isMeant = ({ id, packageName, kind: actual }: PluginFailure) =>
    kind === "plugin" ? id === name || packageName === name : id === name && (actual ?? kind) === kind;
  const failure = failures.find((each) => each.severity === "error" && isMeant(each));
  return failure && new LoongError(failure.code, failure.message, { hint: failure.hint });
}

function suggestion(known: readonly string[], name: string): string {
  if (known.length === 0) return "None is installed.";
  const nearest = nearestName(known, name);
  const list = `Known: ${[...known].sort().join(", ")}.`;
  return nearest === undefined ? list : `Did you mean "${nearest}"? ${list}`;
}
