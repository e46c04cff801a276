import { LoongError } from "@loong/sdk";
import { configErrors } from "./errors.ts";
import type { Unreadable } from "./source/read-text.ts";
import type { Config, ConfigProblem } from "./types.ts";

type Details = Omit<ConfigProblem, "code" | "message" | "hint" | "severity"> & {
  readonly severity?: ConfigProblem["severity"];
};

/** The problem that says what `error` says, at a place in the file. */
export function problemOf(error: LoongError, details: Details): ConfigProblem {
  return { code: error.code, severity: "error", message: error.message, hint: error.hint ?? "", ...details };
}

/** Why there is no text of a file that is there. */
export function unreadable(file: string, { reason, isNoText = false }: Unreadable): ConfigProblem {
  return isNoText
    ? problemOf(configErrors.CONFIG_PARSE([reason]), { file, line: 1, column: 1 })
    : problemOf(configErrors.CONFIG_READ([file, reason]), { file });
}

/** The problem as an error; its place goes into the message, unless that names the file already. */
export function asError({ code, message, hint, ...place }: ConfigProblem): LoongError {
  const isNamed = place.line === undefined && message.includes(place.file);
  return new LoongError(code, isNamed ? message : `${message} (${placeOf(place)})`, { hint });
}

const FILE_CODES: ReadonlySet<string> = new Set([
  "CONFIG_TWO_FILES",
  "CONFIG_FILE_MISSING",
  "CONFIG_FORMAT",
  "CONFIG_READ",
  "CONFIG_PARSE",
  "CONFIG_EMPTY",
]);

/** What is wrong with the file itself: nothing in it can be trusted to be what the operator meant. */
export function fileFault({ problems }: Pick<Config, "problems">): ConfigProblem | undefined {
  return problems.find(({ code, severity }) => severity === "error" && FILE_CODES.has(code));
}

const SECTION = /^(gateway|agent|plugins|log)(?![^.[])(?!\.entries[.[])/;

/**
 * The first wrong value in a section that is all channels' alike, or in `section` alone. What is wrong with one plugin
 * (`plugins.entries.<id>`) stays with that plugin, and an unknown key stops nothing: another version may know it.
 */
export function sectionFault({ problems }: Pick<Config, "problems">, section?: "agent"): ConfigProblem | undefined {
  return problems.find(({ code, severity, path = "" }) => {
    const found = SECTION.exec(path)?.[1];
    if (severity !== "error" || code === "CONFIG_UNKNOWN_KEY" || found === undefined) return false;
    return section === undefined || found === section;
  });
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
