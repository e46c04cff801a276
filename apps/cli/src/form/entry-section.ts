import { getValue, type KeyPath, propertiesOf, recordOf, typesOf } from "@loong/config";
import type { AgentManifest, AgentProbe, JsonSchema } from "@loong/sdk";
import { tryAgent } from "@loong/host/trial";
import { askField } from "./ask-field.ts";
import type { Desk } from "./desk.ts";
import { type Field, fieldsOf } from "./fields.ts";
import { type Answers, type Patch, patchAt, type Section, type Verdict } from "./section.ts";
import { standingIn } from "./standing.ts";

/** A table of an agent's settings whose entries the operator names: its providers. */
export interface EntryTable {
  readonly agent: AgentManifest;
  readonly key: string;
  readonly label: string;
  /** The setting that names the entry in use, if the agent has one. */
  readonly selector: string | undefined;
  readonly entry: JsonSchema;
}

export function entryTables(agent: AgentManifest): readonly EntryTable[] {
  const properties = Object.entries(propertiesOf(agent.settings));
  const selector = properties.find(([, schema]) => typesOf(schema).includes("string"))?.[0];
  return properties.flatMap(([key, schema]) => {
    const entry = recordOf(schema);
    if (entry === undefined || !typesOf(entry).includes("object")) return [];
    const label = typeof schema["title"] === "string" ? schema["title"] : key;
    return [{ agent, key, label, selector, entry }];
  });
}

/** Names of the entries that the file has. */
export function entriesOf(desk: Pick<Desk, "state">, { key }: EntryTable): readonly string[] {
  const { value } = getValue(desk.state.config, [key]);
  return typeof value === "object" && value !== null ? Object.keys(value) : [];
}

/** The entry that answers now: the one that is named, or the only one. */
export function entryInUse(desk: Pick<Desk, "state">, table: EntryTable): string | undefined {
  const entries = entriesOf(desk, table);
  const named = table.selector === undefined ? undefined : getValue(desk.state.config, [table.selector]).value;
  return typeof named === "string" ? named : entries.length === 1 ? entries[0] : undefined;
}

/** @param name - Absent: the operator is asked. A name that is not there makes a new entry. */
export async function entrySection(desk: Desk, table: EntryTable, name?: string): Promise<Section> {
  const entries = entriesOf(desk, table);
  const chosen = name ?? (await chooseEntry(desk, table, entries));
  const { id, preset } = chosen === undefined ? await nameEntry(desk, table, entries) : { id: chosen, preset: {} };
  const path = [table.key, id];
  const use = await useOf(desk, table, id);
  return {
    title: `${table.label}: ${id}`,
    path,
    fields: fieldsOf(table.entry),
    preset,
    standing: (field) => standingIn(desk.state.config, field, [path]),
    envNames: (field) => field.env,
    likelyNames: (field) => [
      ...field.env,
      nameFor(field, kindIn(desk, table, path, preset) ?? id),
      ...namesLike(field, desk),
    ],
    patch: (answers) => ({ ...patchAt(path, answers), ...use.saved }),
    trial: (answers) => tryEntry(desk, { ...patchAt(path, answers), ...use.tried }),
  };
}

const NEW = "+";

async function chooseEntry(desk: Desk, table: EntryTable, entries: readonly string[]): Promise<string | undefined> {
  if (entries.length === 0) return undefined;
  const inUse = entryInUse(desk, table);
  const answer = await desk.prompts.choose({
    message: table.label,
    choices: [
      ...entries.map((id) => ({ value: id, label: id === inUse ? `${id} (in use)` : id })),
      { value: NEW, label: "A new one" },
    ],
    ...(inUse === undefined || !entries.includes(inUse) ? {} : { initial: inUse }),
  });
  return answer === NEW ? undefined : answer;
}

/** What an entry is chooses its name too, unless the operator wants another. */
async function nameEntry(
  desk: Desk,
  table: EntryTable,
  entries: readonly string[],
): Promise<{ readonly id: string; readonly preset: Answers }> {
  const { prompts, judge, cli } = desk;
  const kind = kindField(table);
  const none = { standing: { kind: "nothing" }, envNames: [], likelyNames: [] } as const;
  const answer = kind === undefined ? undefined : await askField(kind, { prompts, judge, env: cli.env, ...none });
  const typed = await prompts.text({
    message: "What is it called in the config file?",
    initial: typeof answer === "string" && !entries.includes(answer) ? answer : "",
    check: (text) => {
      if (entries.includes(text.trim())) return "There is one of this name.";
      return /^[A-Za-z0-9][\w.-]{0,63}$/u.test(text.trim()) ? undefined : "Letters, digits, dots, - and _.";
    },
  });
  return { id: typed.trim(), preset: kind === undefined || answer === undefined ? {} : { [kind.key]: answer } };
}

/** What makes this entry the one that answers: for the trial always, in the file when the operator wants it. */
async function useOf(
  desk: Desk,
  table: EntryTable,
  id: string,
): Promise<{ readonly tried: Patch; readonly saved: Patch }> {
  const { agent, selector } = table;
  const { config } = desk.state;
  const tried: Patch = {
    ...(selector === undefined ? {} : { [selector]: id }),
    ...(config.agent.use === agent.id ? {} : { agent: { use: agent.id } }),
  };
  const others = entriesOf(desk, table).filter((entry) => entry !== id);
  const answers = config.agent.use === agent.id && entryInUse(desk, table) === id;
  const isFirst = config.agent.use === agent.id && others.length === 0;
  if (answers || isFirst) return { tried, saved: answers ? {} : tried };
  const wanted = await desk.prompts.confirm({ message: `Let ${id} answer from now on?`, initial: true });
  return { tried, saved: wanted ? tried : {} };
}

async function tryEntry(desk: Desk, patch: Patch): Promise<Verdict> {
  const config = await desk.configAfter(patch);
  const { paths, plugins } = desk.state;
  return verdictOf(await tryAgent({ config, paths, plugins, now: desk.cli.now }));
}

function verdictOf(probe: AgentProbe | undefined): Verdict {
  if (probe === undefined) return { ok: true, summary: "There is no provider to ask.", problems: [], notices: [] };
  const { ok, model, modelCount, problems } = probe;
  const count = modelCount === undefined ? "" : `, ${modelCount} models`;
  const works = `It works${model === undefined ? "" : `: ${model} would answer`}${count}.`;
  return { ok, summary: ok ? works : "It does not work.", problems, notices: [] };
}

/** Variables of this environment whose names end like the key: `ARK_API_KEY` for `apiKey`. */
function namesLike(field: Field, { cli }: Desk): readonly string[] {
  return Object.keys(cli.env)
    .filter((name) => name.endsWith(`_${upperCase(field.key)}`))
    .toSorted();
}

/** What the entry is, as it was just said or stands in the file. */
function kindIn(desk: Desk, table: EntryTable, path: KeyPath, preset: Answers): string | undefined {
  const key = kindField(table)?.key;
  if (key === undefined) return undefined;
  const kind = preset[key] ?? getValue(desk.state.config, [...path, key]).value;
  return typeof kind === "string" ? kind : undefined;
}

function kindField({ entry }: EntryTable): Field | undefined {
  return fieldsOf(entry).find(({ essential, kind }) => essential && kind === "select");
}

/** Where the value is usually kept, for what the entry is: `ARK_API_KEY`; else `apiKey` of `main` → `MAIN_API_KEY`. */
export function nameFor({ key, schema }: Pick<Field, "key" | "schema">, entry: string): string {
  const usual = schema["usualEnv"] as JsonSchema | undefined;
  const name = usual?.[entry];
  return typeof name === "string" ? name : `${upperCase(entry)}_${upperCase(key)}`;
}

function upperCase(key: string): string {
  return key
    .replaceAll(/(?<=[a-z0-9])[A-Z]/gu, (letter) => `_${letter}`)
    .replaceAll(/\W/gu, "_")
    .toUpperCase();
}
