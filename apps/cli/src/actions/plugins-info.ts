import type { PluginRecord } from "@loong/host/plugins";
import type { Cli, GlobalOptions, JsonOption } from "../cli-context.ts";
import { type ExitCode, exitCodes } from "../exit-codes.ts";
import { printJson, printLine } from "../output/output.ts";
import { tableLines } from "../output/table.ts";
import { formatAge } from "../output/time.ts";
import { listedPlugins, type ListedPlugin } from "../plugins/listing.ts";
import { readState } from "../state.ts";

export async function showPlugin(cli: Cli, options: GlobalOptions & JsonOption, id: string): Promise<ExitCode> {
  const state = await readState(cli, options, { validate: false });
  const record = state.plugins.plugin(id);
  const listed = (await listedPlugins(state)).find(({ directory }) => directory === record.directory);
  if (options.json === true) printJson(cli.output, { ...record, ...installFacts(listed) });
  else for (const line of recordLines(record, listed, cli.now())) printLine(cli.output, line);
  return exitCodes.ok;
}

function installFacts(listed: ListedPlugin | undefined) {
  const { state, enabled, isolation, origin, spec, installedAtMs } = listed ?? {};
  return { state, enabled, isolation, origin, spec, installedAtMs };
}

function recordLines(record: PluginRecord, listed: ListedPlugin | undefined, nowMs: number): readonly string[] {
  const { manifest, packageName, version, source, directory } = record;
  const facts: (readonly [string, string])[] = [
    ["Id", manifest.kind === "channel" ? [manifest.id, ...manifest.aliases].join(", ") : manifest.id],
    ["Kind", manifest.kind],
    ["Name", manifest.label],
    ["Package", `${packageName} ${version}`],
    ["Contract", manifest.contract],
    ["From", `${directory} (${listed?.origin ?? source})`],
    ...(listed === undefined ? [] : standingOf(listed, nowMs)),
  ];
  if (manifest.kind === "channel")
    facts.push(["Target", manifest.target.form], ["Serves", manifest.serves ? "yes" : "no, it only sends"]);
  const schema = manifest.kind === "channel" ? manifest.account : manifest.settings;
  return [...facts.map(([name, value]) => `${name.padEnd(10)}${value}`), "", ...keyLines(schema)];
}

function standingOf(listed: ListedPlugin, nowMs: number): (readonly [string, string])[] {
  const { state, isolation, spec, installedAtMs } = listed;
  const installed = `${formatAge(nowMs, installedAtMs ?? nowMs)}, as ${spec ?? ""}`;
  return [
    ["State", state],
    ["Runs", isolation === "process" ? "in a process of its own" : "inside the gateway"],
    ...(installedAtMs === null ? [] : [["Installed", installed] as const]),
  ];
}

interface KeySchema {
  readonly type?: string;
  readonly default?: unknown;
  readonly description?: string;
  readonly secret?: boolean;
  readonly env?: readonly string[];
}

/** The keys a plugin owns in the configuration. */
function keyLines(schema: { readonly properties?: unknown }): readonly string[] {
  const properties = Object.entries((schema.properties ?? {}) as Record<string, KeySchema>);
  const rows = properties.map(([key, { type, default: fallback, description, secret, env }]) => [
    key,
    secret === true ? "secret" : (type ?? ""),
    fallback === undefined ? "" : JSON.stringify(fallback),
    env?.join(", ") ?? "",
    description ?? "",
  ]);
  return tableLines(["KEY", "TYPE", "DEFAULT", "ENVIRONMENT", "WHAT IT IS"], rows);
}
