import { type ConfigProblem, renderProblem } from "@loong/config";
import { type Output, painter, printNote } from "./output.ts";
import { plainMessage } from "./plain-text.ts";

/** One problem of the configuration in two lines: where and what, and how to mend it. */
export function problemLines(problem: ConfigProblem): readonly string[] {
  const lines = [renderProblem(problem), ...(problem.hint === "" ? [] : [`  ${problem.hint}`])];
  return lines.map(plainMessage);
}

/** Says that what follows does not come from the file as it is. */
export function noteLastGood(output: Output, fault: ConfigProblem): void {
  printNote(output, `${painter(output.stderr)("warn", "warning:")} ${problemLines(fault).join("\n")}`);
  printNote(output, "What follows is from the copy that was kept when the file was last good.");
}
