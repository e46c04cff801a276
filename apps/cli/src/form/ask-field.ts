import type { JsonValue } from "@loong/sdk";
import { askSecret } from "./ask-secret.ts";
import { type Asking, emptyFault, messageOf, nameInUse } from "./asking.ts";
import { type Field, faultOf, parseTyped } from "./fields.ts";
import type { Standing } from "./standing.ts";

/** Asks for one field. `undefined`: it stays as it is. `null`: it is to be removed. */
export async function askField(field: Field, asking: Asking): Promise<JsonValue | undefined> {
  if (field.kind === "secret") return askSecret(field, asking);
  if (field.kind === "select") return unlessSame(field, asking.standing, await askChoice(field, asking));
  if (field.kind === "confirm") return unlessSame(field, asking.standing, await askYesNo(field, asking));
  return askTyped(field, asking);
}

/** Nothing is a choice too, where the schema neither needs a value nor has one. */
const NONE = "";

async function askChoice(field: Field, { prompts, standing }: Asking): Promise<JsonValue> {
  const isOptional = !field.required && field.fallback === undefined;
  const before = standing.kind === "value" ? standing.value : (field.fallback ?? field.examples[0] ?? NONE);
  const choices = [
    ...field.choices.map((value) => ({ value, label: labelOf(field, value) })),
    ...(isOptional ? [{ value: NONE, label: "Leave it out" }] : []),
  ];
  const initial = choices.find(({ value }) => value === before)?.value;
  const message = messageOf(field);
  const answer = await prompts.choose({ message, choices, ...(initial === undefined ? {} : { initial }) });
  return answer === NONE ? null : answer;
}

function labelOf({ meanings = {} }: Field, value: string): string {
  const meaning = meanings[value];
  return meaning === undefined ? value : `${value}: ${meaning}`;
}

function askYesNo(field: Field, { prompts, standing }: Asking): Promise<boolean> {
  const before = standing.kind === "value" ? standing.value : field.fallback;
  return prompts.confirm({ message: messageOf(field), initial: before === true });
}

/** What holds anyway need not be written. */
function unlessSame(field: Field, standing: Standing, answer: JsonValue): JsonValue | undefined {
  const unwritten = standing.kind === "nothing" ? (field.fallback ?? null) : undefined;
  const before = standing.kind === "value" ? standing.value : unwritten;
  return answer === before ? undefined : answer;
}

async function askTyped(field: Field, asking: Asking): Promise<JsonValue | undefined> {
  const { prompts, judge, standing } = asking;
  const before = standing.kind === "value" ? textOf(standing.value) : "";
  const typed = await prompts.text({
    message: messageOf(field),
    placeholder: placeholderOf(field, asking),
    initial: before,
    check: (text) => (isEmpty(text) ? emptyFault(field, asking) : faultOf(field, text, judge)),
  });
  if (typed.trim() === before.trim()) return undefined;
  return isEmpty(typed) ? null : (parseTyped(field, typed) as JsonValue);
}

function textOf(value: unknown): string {
  return Array.isArray(value) ? value.join(", ") : String(value);
}

function isEmpty(text: string): boolean {
  return text.trim() === "";
}

function placeholderOf(field: Field, asking: Asking): string {
  const { standing } = asking;
  if (standing.kind === "reference") return `empty keeps ${standing.where}`;
  const name = nameInUse(asking);
  if (name !== undefined) return `empty takes it from ${name} in the environment`;
  const [example] = field.examples;
  if (field.kind === "list") return `${example ?? "one"}, ${field.examples[1] ?? "another"}, …`;
  if (field.fallback !== undefined) return `empty means ${textOf(field.fallback)}`;
  return example === undefined ? "" : `such as ${example}`;
}
