import type { LoongError } from "@loong/sdk";
import type { ConfigProblem } from "./types.ts";

type Details = Omit<ConfigProblem, "code" | "message" | "hint" | "severity"> & {
  readonly severity?: ConfigProblem["severity"];
};

/** The problem that says what `error` says, at a place in the file. */
export function problemOf(error: LoongError, details: Details): ConfigProblem {
  return { code: error.code, severity: "error", message: error.message, hint: error.hint ?? "", ...details };
}

/** One line for people: `path:line:col CODE message (expected …, did you mean …?)`. */
export function renderProblem(problem: ConfigProblem): string {
  const asides = [
    problem.expected === undefined ? "" : `expected ${problem.expected}`,
    problem.nearest === undefined ? "" : `did you mean ${problem.nearest}?`,
  ].filter((aside) => aside !== "");
  return `${placeOf(problem)} ${problem.code} ${problem.message}${asides.length === 0 ? "" : ` (${asides.join(", ")})`}`;
}

/** `config.yaml:3:5`, as terminals and editors open it. */
export function placeOf(problem: Pick<ConfigProblem, "file" | "line" | "column">): string {
  return [problem.file, problem.line, problem.column].filter((part) => part !== undefined).join(":");
}
