import { type Field, fieldsOf } from "./fields.ts";
import type { JsonSchema } from "@loong/sdk";

const DM_MEANINGS = {
  pairing: "strangers get a code that you approve with `loong pairing approve`",
  allowlist: "only people you list",
  open: "everybody who finds the bot",
  disabled: "nobody",
};

const GROUP_MEANINGS = {
  allowlist: "only in groups and from people you list",
  open: "every group the bot is in, when it is addressed",
  disabled: "no group",
};

/** What is asked about access, beside the plugin's own keys. A question with one answer is none. */
const QUESTIONS: Readonly<Record<string, Partial<Field>>> = {
  dmPolicy: { label: "Who may write in private", essential: true, meanings: DM_MEANINGS },
  allowFrom: { label: "Ids of the people who may write", onlyWith: { key: "dmPolicy", value: "allowlist" } },
  groupPolicy: { label: "Which groups are answered", essential: true, meanings: GROUP_MEANINGS },
  groupAllowFrom: {
    label: "Ids of the people who are answered in any group (whole groups are let in under `groups`)",
    onlyWith: { key: "groupPolicy", value: "allowlist" },
  },
  requireMention: {},
  streaming: {},
};

/**
 * The gateway's own fields of an account.
 *
 * @param block - Schema of the channel's block, as `config schema` gives it.
 */
export function accessFields(block: JsonSchema, serves: boolean): readonly Field[] {
  const known = new Map(fieldsOf(block).map((field) => [field.key, field]));
  const keys = serves ? ["name", ...Object.keys(QUESTIONS)] : ["name"];
  return keys.flatMap((key) => {
    const field = known.get(key);
    if (field === undefined || (field.kind === "select" && field.choices.length < 2)) return [];
    const question = QUESTIONS[key] ?? {};
    const { meanings = {} } = question;
    const choices = field.choices.toSorted((a, b) => rank(meanings, a) - rank(meanings, b));
    return [question.label === undefined ? field : { ...withoutHelp(field), ...question, choices }];
  });
}

/** The question says it all. */
function withoutHelp({ help: _help, ...field }: Field): Field {
  return field;
}

/** The order of the explanations, the usual choice first. */
function rank(meanings: Readonly<Record<string, string>>, choice: string): number {
  const place = Object.keys(meanings).indexOf(choice);
  return place < 0 ? Number.POSITIVE_INFINITY : place;
}
