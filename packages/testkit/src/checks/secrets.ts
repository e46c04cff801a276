import { type LoongError, type Problem, isLoongError } from "@loong/sdk";
import { expect } from "vitest";

/** What of a JSON Schema is looked at here. */
interface SecretSchema {
  readonly secret?: boolean;
  readonly properties?: Readonly<Record<string, SecretSchema>>;
  readonly patternProperties?: Readonly<Record<string, SecretSchema>>;
  readonly additionalProperties?: SecretSchema | boolean;
  readonly items?: SecretSchema;
}

/** Shorter ones would be found in any text. */
const SHORTEST_SECRET = 4;

/** The strings in `value` that its schema marks `secret`: they may stand in no error, problem or log line. */
export function secretsIn(schema: object, value: unknown): readonly string[] {
  return marked(schema, value);
}

function marked(schema: SecretSchema, value: unknown): readonly string[] {
  if (typeof value === "string") return schema.secret === true && value.length >= SHORTEST_SECRET ? [value] : [];
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((item) => marked(schema.items ?? {}, item));
  return Object.entries(value).flatMap(([key, item]) => marked(schemaOf(schema, key), item));
}

function schemaOf(schema: SecretSchema, key: string): SecretSchema {
  const named = schema.properties?.[key] ?? Object.values(schema.patternProperties ?? {})[0];
  if (named) return named;
  return typeof schema.additionalProperties === "object" ? schema.additionalProperties : {};
}

/** A coded error with a hint, as every plugin throws it, and without a secret. */
export function expectCoded(error: unknown, secrets: readonly string[]): LoongError {
  if (!isLoongError(error)) {
    throw new Error(`the plugin threw something else than a LoongError: ${String(error)}`, { cause: error });
  }
  expectProblem({ code: error.code, message: error.message, hint: error.hint ?? "" }, secrets);
  return error;
}

/** A code, a message, and a hint that says what to do. */
export function expectProblem(problem: Problem, secrets: readonly string[]): void {
  expectNotice(problem, secrets);
  expect(problem.hint ?? "", `the hint of ${problem.code}`).not.toBe("");
}

/** A code and a message; where nothing is wrong, there may be nothing to do. */
export function expectNotice({ code, message, hint }: Problem, secrets: readonly string[]): void {
  expect(code, "its code").toMatch(/^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/);
  expect(message, `the message of ${code}`).not.toBe("");
  for (const secret of secrets) expect(`${message}\n${hint ?? ""}`, `what ${code} says`).not.toContain(secret);
}
