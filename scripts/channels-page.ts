// Writes docs/channels.md: what each of Loong's own channels can do and takes, from the plugins themselves.
import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Channel, ChannelPlugin, Logger } from "@loong/sdk";
import { markdownTable as table } from "./markdown-table.ts";
import { root, workspacePackages } from "./workspace.ts";

export const CHANNELS_PAGE: string = join(root, "docs/channels.md");

const HEAD = `# Channels

What the channels that come from this repository can do, and the keys of one account of each. Keys that every channel has (\`enabled\`,
\`dmPolicy\`, \`allowFrom\`, \`streaming\`, …) are in [Configuration](configuration.md) and [Access control](access-control.md).

This page is made from the plugins (\`pnpm channels-page\`), and a test compares the two.
`;

const NOT_USED_YET = `What is longer goes out as several messages. Reactions, edits and fetched files are abilities of the channel that the gateway
[does not use yet](contract.md#what-the-core-uses-today): agents are told the names of files, not what is in them. How to try a channel without its
platform: \`loong dev emulate feishu\`, or another id; Web chat needs none.
`;

interface Property {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Property[];
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly description?: string;
  readonly secret?: boolean;
  readonly env?: readonly string[];
}

interface Schema {
  readonly properties?: Readonly<Record<string, Property>>;
  readonly required?: readonly string[];
}

interface Entry {
  readonly plugin: ChannelPlugin;
  readonly directory: string;
}

/** The page as the plugins have it now. */
export async function renderChannelsPage(): Promise<string> {
  const entries = await channels();
  const sections = entries.map(section);
  return `${HEAD}\n## At a glance\n\n${await capabilities(entries)}\n${NOT_USED_YET}\n${sections.join("\n")}`;
}

async function channels(): Promise<readonly Entry[]> {
  const found: Entry[] = [];
  for (const { directory } of workspacePackages().filter((one) => one.directory.includes("/extensions/"))) {
    const module = (await import(pathToFileURL(join(directory, "src/index.ts")).href)) as { default: ChannelPlugin };
    if ("accounts" in module.default) found.push({ plugin: module.default, directory });
  }
  return found.toSorted((a, b) => a.plugin.label.localeCompare(b.plugin.label));
}

const FEATURES = ["typing", "reactions", "edit", "stream", "media", "webhook"] as const;

async function capabilities(entries: readonly Entry[]): Promise<string> {
  const columns = await Promise.all(entries.map(column));
  const rows: readonly (readonly [string, (index: number) => string])[] = [
    ["id (aliases)", (index) => ids(entries[index]?.plugin)],
    ["receives and answers", (index) => mark(entries[index]?.plugin.serves)],
    ["who may write in private, unless you say", (index) => code(entries[index]?.plugin.dmPolicy.default)],
    ["whose group messages are answered, unless you say", (index) => code(entries[index]?.plugin.groupPolicy.default)],
    ["longest message", (index) => limit(entries[index]?.plugin)],
    ["shows a repeated send once", (index) => mark(entries[index]?.plugin.idempotencyWindowMs !== undefined)],
    ...FEATURES.map((feature) => [LABELS[feature], (index: number) => mark(columns[index]?.has(feature))] as const),
  ];
  return table(
    ["", ...entries.map(({ plugin }) => plugin.label)],
    rows.map(([label, cell]) => [label, ...entries.map((_, index) => cell(index))]),
  );
}

const LABELS: Readonly<Record<(typeof FEATURES)[number], string>> = {
  typing: "shows that an answer is coming",
  reactions: "reactions",
  edit: "edits its messages",
  stream: "shows an answer while it is written",
  media: "fetches images and files people send",
  webhook: "can be called by the platform",
};

/** Every ability an account can have: some come with a mode, so each value of `mode` is opened. Opening does no I/O. */
async function column({ plugin }: Entry): Promise<ReadonlySet<string>> {
  const schema = plugin.accounts.schema as Schema;
  const abilities = new Set<string>();
  for (const mode of valuesOf(schema.properties?.["mode"])) {
    const channel: Channel = plugin.open({ ...exampleAccount(schema), ...(mode === undefined ? {} : { mode }) }, host);
    for (const feature of FEATURES) if (channel[feature] !== undefined) abilities.add(feature);
    await channel.close();
  }
  return abilities;
}

function valuesOf(property: Property | undefined): readonly unknown[] {
  return property?.enum ?? property?.anyOf?.map((one) => one.const) ?? [undefined];
}

function exampleAccount({ properties = {} }: Schema): Record<string, unknown> {
  const values = Object.entries(properties).map(([key, property]) => [key, property.default ?? example(property)]);
  return Object.fromEntries(values.filter(([, value]) => value !== undefined)) as Record<string, unknown>;
}

function example({ examples, secret, type }: Property): unknown {
  return examples?.[0] ?? (secret === true && type === "string" ? "example-secret-0123456789" : undefined);
}

const silent = () => {};
const log: Logger = { debug: silent, info: silent, warn: silent, error: silent };
const host = {
  accountId: "default",
  log,
  clock: { now: () => Date.now() },
  dataDir: join(tmpdir(), "loong-channels-page"),
};

function section({ plugin, directory }: Entry): string {
  const { properties = {}, required = [] } = plugin.accounts.schema as Schema;
  const rows = Object.entries(properties).map(([key, property]) => [
    `\`${key}\`${required.includes(key) ? " (required)" : ""}`,
    property.secret === true ? "secret" : values(property),
    property.default === undefined ? "" : `\`${JSON.stringify(property.default)}\``,
    (property.env ?? []).map((name) => `\`${name}\``).join(", "),
    property.description ?? "",
  ]);
  const { form, examples } = plugin.accounts.target;
  const page = `[${plugin.label}](../extensions/${directory.split("/").at(-1)}/README.md): how to set it up, and its limits.`;
  const target = `A target is written as ${form}${examples.length === 0 ? "" : `, for example ${code(examples[0])}`}.`;
  return `## ${plugin.label}\n\n${page} ${plugin.accounts.target.required ? target : "It needs no target."}\n\n${table(
    ["Key", "Value", "Default", "Environment", "Meaning"],
    rows,
  )}`;
}

function values({ enum: list, anyOf, type }: Property): string {
  const choices = list ?? anyOf?.map((one) => one.const).filter((one) => one !== undefined) ?? [];
  return choices.length > 0 ? choices.map((one) => `\`${String(one)}\``).join(", ") : (type ?? "");
}

function ids(plugin: ChannelPlugin | undefined): string {
  const aliases = plugin?.aliases ?? [];
  return `${code(plugin?.id)}${aliases.length === 0 ? "" : ` (${aliases.map(code).join(", ")})`}`;
}

function limit(plugin: ChannelPlugin | undefined): string {
  if (plugin === undefined) return "";
  return `${plugin.text.maxLength.toLocaleString("en")} ${plugin.text.unit === "utf8-bytes" ? "bytes" : "characters"}`;
}

function code(text: string | undefined): string {
  return text === undefined ? "" : `\`${text}\``;
}

function mark(has: boolean | undefined): string {
  return has === true ? "yes" : "–";
}

if (process.argv[1] === import.meta.filename) {
  writeFileSync(CHANNELS_PAGE, await renderChannelsPage());
  console.log("wrote docs/channels.md");
}
