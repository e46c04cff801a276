import { formatPath, type KeyPath } from "@loong/config";
import type { ChannelManifest } from "@loong/sdk";
import { shellWord } from "../output/shell-word.ts";
import { type EntryTable, nameFor } from "./entry-section.ts";
import { type Field, fieldsOf } from "./fields.ts";

/** The command lines that make the first account of a channel, with examples for what only the operator knows. */
export function accountCommands({ id, account }: ChannelManifest): readonly string[] {
  const lines = commandsFor(["channels", id], fieldsOf(account), (field) => field.env[0] ?? nameFor(field, id));
  return lines.length > 0 ? lines : [`loong config set channels.${id}.enabled true`];
}

/** The command lines that make the first entry of an agent's table. */
export function entryCommands({ key, entry }: EntryTable): readonly string[] {
  const fields = fieldsOf(entry);
  const kind = fields.find(({ essential, kind: form }) => essential && form === "select");
  const id = kind === undefined ? "main" : exampleOf(kind);
  return commandsFor([key, id], fields, (field) => field.env[0] ?? nameFor(field, id));
}

function commandsFor(path: KeyPath, fields: readonly Field[], envName: (field: Field) => string): readonly string[] {
  return fields
    .filter(({ essential }) => essential)
    .map((field) => {
      const value = field.kind === "secret" ? `--env ${envName(field)}` : shellWord(typedExample(field));
      return `loong config set ${formatPath([...path, field.key])} ${value}`;
    });
}

/** As `config set` reads it. */
function typedExample(field: Field): string {
  return field.kind === "list" ? JSON.stringify([exampleOf(field)]) : exampleOf(field);
}

function exampleOf({ examples, choices, key }: Field): string {
  return examples[0] ?? choices[0] ?? key.toUpperCase();
}
