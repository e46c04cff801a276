/** A text field of an answer: applications may answer anything, also nothing. */
export function textField(answer: unknown, field: string): string | undefined {
  if (typeof answer !== "object" || answer === null || !Object.hasOwn(answer, field)) return undefined;
  const value = (answer as Readonly<Record<string, unknown>>)[field];
  return typeof value === "string" && value !== "" ? value : undefined;
}
