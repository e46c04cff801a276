import { parsePath } from "@loong/config";
import type { AgentManifest } from "@loong/sdk";
import { cliErrors } from "../errors.ts";
import { accountSection } from "./account-section.ts";
import { coreSection, coreTables } from "./core-section.ts";
import type { Desk } from "./desk.ts";
import { entriesOf, entrySection, type EntryTable, entryTables } from "./entry-section.ts";
import type { Choice } from "./prompts.ts";
import type { Section } from "./section.ts";

/**
 * The section that `--section` names: `channels.acme`, `acme`, `channels.acme.accounts.work`, `providers`,
 * `providers.main`, `gateway`.
 *
 * @param accountId - `--account`.
 * @throws CLI_SECTION_UNKNOWN with what there is; PLUGIN_NOT_FOUND for a channel that is not installed.
 */
export async function namedSection(desk: Desk, text: string, accountId?: string): Promise<Section> {
  const [first = "", second, ...rest] = parsePath(text);
  if (first === "channels" && second !== undefined) {
    return accountSection(desk, second, rest[0] === "accounts" ? rest[1] : accountId);
  }
  const table = allEntryTables(desk).find(({ key }) => key === first);
  if (table !== undefined) return entrySection(desk, table, second);
  if (coreTables().some(({ key }) => key === first)) return coreSection(desk, first);
  if (channelNames(desk).includes(first))
    return accountSection(desk, first, second === "accounts" ? rest[0] : accountId);
  throw cliErrors.CLI_SECTION_UNKNOWN([text, sectionChoices(desk).map(({ value }) => value)]);
}

export async function chooseSection(desk: Desk): Promise<Section> {
  const name = await desk.prompts.choose({ message: "What do you want to configure?", choices: sectionChoices(desk) });
  return namedSection(desk, name);
}

function sectionChoices(desk: Desk): readonly Choice[] {
  return [
    ...channelChoices(desk).map((choice) => ({ ...choice, value: `channels.${choice.value}` })),
    ...allEntryTables(desk).map((table) => ({
      value: table.key,
      label: table.label,
      hint: entriesOf(desk, table).join(", ") || "none yet",
    })),
    ...coreTables().map(({ key, help }) => ({ value: key, label: key, hint: help })),
  ];
}

/** Installed channels and what is configured of each. */
export function channelChoices({ state }: Pick<Desk, "state">): readonly Choice[] {
  return state.plugins.channels().map(({ manifest: { id, label } }) => {
    const accounts = state.config.accounts.filter(({ channel }) => channel === id).map((account) => account.id);
    return { value: id, label, hint: accounts.length === 0 ? "not configured" : `configured: ${accounts.join(", ")}` };
  });
}

function channelNames({ state }: Desk): readonly string[] {
  return state.plugins.channels().flatMap(({ manifest: { id, aliases } }) => [id, ...aliases]);
}

function allEntryTables({ edit }: Desk): readonly EntryTable[] {
  const agents = edit.manifests.filter((manifest): manifest is AgentManifest => manifest.kind === "agent");
  return agents.flatMap(entryTables);
}
