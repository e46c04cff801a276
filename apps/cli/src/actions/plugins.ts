import type { PluginStatus } from "@loong/api";
import type { PluginRecord } from "@loong/host/plugins";
import type { Cli, GlobalOptions, JsonOption } from "../cli-context.ts";
import { type ExitCode, exitCodes } from "../exit-codes.ts";
import { type Output, painter, printJson, printLine } from "../output/output.ts";
import { tableLines } from "../output/table.ts";
import { readState, type State } from "../state.ts";

/** Exits 1 when a plugin is broken. */
export async function listPlugins(cli: Cli, options: GlobalOptions & JsonOption): Promise<ExitCode> {
  const plugins = statuses(await readState(cli, options, { validate: false }));
  if (options.json === true) printJson(cli.output, { plugins });
  else printPlugins(cli.output, plugins);
  return plugins.some(({ state }) => state === "failed") ? exitCodes.notHealthy : exitCodes.ok;
}

export async function showPlugin(cli: Cli, options: GlobalOptions & JsonOption, id: string): Promise<ExitCode> {
  const { plugins } = await readState(cli, options, { validate: false });
  const record = plugins.find(id) ?? plugins.channel(id);
  if (options.json === true) printJson(cli.output, record);
  else for (const line of recordLines(record)) printLine(cli.output, line);
  return exitCodes.ok;
}

function statuses({ plugins, config }: State): readonly PluginStatus[] {
  return plugins.statuses(({ manifest }) =>
    config.plugins.entries[manifest.id]?.enabled === false ? { state: "disabled" } : undefined,
  );
}

const TONES = { available: "good", loaded: "good", disabled: "quiet", failed: "bad" } as const;

function printPlugins(output: Output, plugins: readonly PluginStatus[]): void {
  const paint = painter(output.stdout);
  const rows = plugins.map((plugin) => [
    plugin.id,
    plugin.kind,
    paint(TONES[plugin.state], plugin.state),
    plugin.packageName,
    plugin.version,
    plugin.source,
  ]);
  for (const line of tableLines(["ID", "KIND", "STATE", "PACKAGE", "VERSION", "SOURCE"], rows)) printLine(output, line);
  for (const { packageName, error } of plugins) {
    if (error !== null)
      printLine(
        output,
        `${paint("bad", packageName)}: ${error.message}${error.hint === undefined ? "" : `\n  ${error.hint}`}`,
      );
  }
}

function recordLines({ manifest, packageName, version, source, directory }: PluginRecord): readonly string[] {
  const facts: (readonly [string, string])[] = [
    ["Id", manifest.kind === "channel" ? [manifest.id, ...manifest.aliases].join(", ") : manifest.id],
    ["Kind", manifest.kind],
    ["Name", manifest.label],
    ["Package", `${packageName} ${version}`],
    ["Contract", manifest.contract],
    ["From", `${directory} (${source})`],
  ];
  if (manifest.kind === "channel")
    facts.push(["Target", manifest.target.form], ["Serves", manifest.serves ? "yes" : "no, it only sends"]);
  const schema = manifest.kind === "channel" ? manifest.account : manifest.settings;
  return [...facts.map(([name, value]) => `${name.padEnd(10)}${value}`), "", ...keyLines(schema)];
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
