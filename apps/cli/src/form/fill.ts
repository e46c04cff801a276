import { formatPath, patchValue } from "@loong/config";
import { isLoongError, type Problem, problemOf } from "@loong/sdk";
import { printLine } from "../output/output.ts";
import { withProgress } from "../output/progress.ts";
import type { Desk } from "./desk.ts";
import { interview } from "./interview.ts";
import type { Answers, Section, Verdict } from "./section.ts";

/** `saved` and `unchanged` both leave a section as the operator wants it. */
export type Outcome = "saved" | "unchanged" | "left";

/**
 * Asks for a section, tries it, and saves it once the operator says so. The file is touched at the very end or not at all.
 * @throws CLI_CANCELLED, CONFIG_*
 */
export async function fillSection(section: Section, desk: Desk): Promise<Outcome> {
  const { prompts, judge, cli } = desk;
  prompts.say("info", `${section.title} (${formatPath(section.path)})`);
  let answers = section.preset;
  let skipped: ReadonlySet<string> = new Set(Object.keys(section.preset));
  for (;;) {
    answers = await interview(section, answers, skipped, { prompts, judge, env: cli.env });
    skipped = new Set();
    const verdict = await tryOut(section, answers, desk);
    if (verdict !== undefined) showVerdict(verdict, desk);
    if (Object.keys(answers).length === 0 && verdict?.ok !== false) {
      prompts.say("info", "There is nothing to change.");
      return "unchanged";
    }
    const next = await askNext(verdict, desk);
    if (next === "cancel") return "left";
    if (next === "save" && (await save(section, answers, desk))) return "saved";
  }
}

/** What the config itself refuses is a verdict too: the answers may be mended. */
async function tryOut(section: Section, answers: Answers, desk: Desk): Promise<Verdict | undefined> {
  try {
    if (section.trial !== undefined && (await mayTry(section, desk)))
      return await withProgress(desk.cli.output, "Trying it…", section.trial(answers));
    await desk.configAfter(section.patch(answers));
    return undefined;
  } catch (error) {
    return refused(error);
  }
}

async function mayTry({ caution }: Section, { probes, prompts }: Desk): Promise<boolean> {
  if (!probes || caution === undefined) return probes;
  return prompts.confirm({ message: `${caution} Try it now?`, initial: true });
}

function refused(error: unknown): Verdict {
  if (!isLoongError(error) || error.code === "CLI_CANCELLED") throw error;
  return { ok: false, summary: "This cannot be used as it is.", problems: [problemOf(error)], notices: [] };
}

function showVerdict({ ok, summary, problems, notices }: Verdict, { prompts }: Desk): void {
  prompts.say(ok ? "good" : "bad", [summary, ...problems.map(problemText)].join("\n"));
  for (const notice of notices) prompts.say("warn", problemText(notice));
}

function problemText({ message, hint }: Problem): string {
  return hint === undefined ? message : `${message}\n${hint}`;
}

function askNext(verdict: Verdict | undefined, { prompts }: Desk): Promise<"save" | "edit" | "cancel"> {
  const fits = verdict?.ok !== false;
  return prompts.choose({
    message: fits ? "Save it?" : "What now?",
    choices: [
      { value: "save", label: fits ? "Save" : "Save it anyway" },
      { value: "edit", label: "Edit again" },
      { value: "cancel", label: "Cancel, and change nothing" },
    ],
    initial: fits ? "save" : "edit",
  });
}

/** @returns `false` when the file refuses it. */
async function save(section: Section, answers: Answers, desk: Desk): Promise<boolean> {
  const { cli, edit } = desk;
  try {
    const done = await patchValue(edit, section.patch(answers));
    const what = `${formatPath(section.path)} in ${done.file}${done.created ? " (new)" : ""}`;
    printLine(cli.output, done.changed ? `Saved ${what}.` : `Nothing to change in ${done.file}.`);
    return true;
  } catch (error) {
    showVerdict(refused(error), desk);
    return false;
  }
}
