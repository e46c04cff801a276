import { type Config, type ConfigProblem, renderProblem } from "@loong/config";
import { type Output, painter, printNote } from "./output.ts";

/** One problem of the configuration in two lines: where and what, and how to mend it. */
export function problemLines(problem: ConfigProblem): readonly string[] {
  return [renderProblem(problem), ...(problem.hint === "" ? [] : [`  ${problem.hint}`])];
}

/** Says so when what follows does not come from the file as it is. */
export function noteUnreadable(output: Output, { file, problems }: Config): void {
  const torn = problems.find(({ code }) =>
    ["CONFIG_PARSE", "CONFIG_READ", "CONFIG_EMPTY", "CONFIG_TWO_FILES"].includes(code),
  );
  if (torn === undefined) return;
  printNote(output, `${painter(output.stderr)("warn", "warning:")} ${problemLines(torn).join("\n")}`);
  if (file.usedLastGood) printNote(output, "This is the copy that was kept when the file was last good.");
}
