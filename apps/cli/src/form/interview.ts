import type { JsonValue } from "@loong/sdk";
import { askField } from "./ask-field.ts";
import type { Asking } from "./asking.ts";
import type { Field } from "./fields.ts";
import type { Answers, Section } from "./section.ts";
import { type Standing, standingOf } from "./standing.ts";

type Surroundings = Pick<Asking, "prompts" | "judge" | "env">;

/**
 * Asks what an account cannot do without, then which of the other keys are to be set, then those.
 *
 * @param before - Answers of an earlier round: what is there now, as far as they go.
 * @param skipped - Keys that were just answered.
 */
export async function interview(
  section: Section,
  before: Answers,
  skipped: ReadonlySet<string>,
  surroundings: Surroundings,
): Promise<Answers> {
  let answers = before;
  const ask = async (field: Field): Promise<void> => {
    if (skipped.has(field.key) || !applies(field, section, answers)) return;
    const standing = standingNow(field, section, answers);
    const names = { envNames: section.envNames(field), likelyNames: section.likelyNames(field) };
    const answer = await askField(field, { ...surroundings, standing, ...names });
    if (answer !== undefined) answers = withAnswer(section, field, answers, answer);
  };
  for (const field of section.fields.filter(isAskedAnyway)) await ask(field);
  const others = section.fields.filter((field) => !isAskedAnyway(field));
  for (const field of await chosen(others, section, answers, surroundings)) await ask(field);
  return answers;
}

function isAskedAnyway({ essential, onlyWith }: Field): boolean {
  return essential || onlyWith !== undefined;
}

function applies({ onlyWith }: Field, section: Section, answers: Answers): boolean {
  if (onlyWith === undefined) return true;
  const field = section.fields.find(({ key }) => key === onlyWith.key);
  if (field === undefined) return false;
  const standing = standingNow(field, section, answers);
  return (standing.kind === "value" ? standing.value : field.fallback) === onlyWith.value;
}

function standingNow(field: Field, section: Section, answers: Answers): Standing {
  return Object.hasOwn(answers, field.key) ? standingOf(field, answers[field.key]) : section.standing(field);
}

/** What is taken back before it was ever written leaves nothing to remove. */
function withAnswer(section: Section, field: Field, answers: Answers, answer: JsonValue): Answers {
  const { [field.key]: _before, ...rest } = answers;
  const { kind, inherited = false } = section.standing(field);
  return answer === null && (kind === "nothing" || inherited) ? rest : { ...rest, [field.key]: answer };
}

async function chosen(
  fields: readonly Field[],
  section: Section,
  answers: Answers,
  { prompts }: Surroundings,
): Promise<readonly Field[]> {
  if (fields.length === 0) return [];
  const keys = await prompts.chooseSome({
    message: "Anything else to set? Space chooses, Enter goes on",
    choices: fields.map((field) => ({
      value: field.key,
      label: `${field.label}${nowText(field, standingNow(field, section, answers))}`,
      ...(field.help === undefined ? {} : { hint: field.help }),
    })),
  });
  return fields.filter(({ key }) => keys.includes(key));
}

function nowText({ fallback }: Field, standing: Standing): string {
  if (standing.kind === "value") return `: ${shown(standing.value)}`;
  if (standing.kind === "reference") return `: from ${standing.where}`;
  if (standing.kind === "hidden") return ": set";
  return fallback === undefined || isEmptyList(fallback) ? "" : `: ${shown(fallback)}`;
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

function shown(value: unknown): string {
  return Array.isArray(value) ? value.join(", ") : String(value);
}
