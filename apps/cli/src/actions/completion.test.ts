import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";

const main = fileURLToPath(new URL("../main.ts", import.meta.url));
/** Shells write into it. */
const home = mkdtempSync(join(tmpdir(), "loong-completion-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));
const env = { ...process.env, LOONG_HOME: join(home, "absent"), HOME: home };

function loong(...words: readonly string[]): string {
  return execFileSync(process.execPath, ["--conditions=@loong/source", main, ...words], { encoding: "utf8", env });
}

test("words in the place of a channel are the installed ones", () => {
  expect(loong("complete", "--", "pairing", "approve", "tele")).toBe("telegram\t\n:4\n");
});

/** Stands for the command: it answers with two channels, and says on stderr how it was asked. */
const ASKED = `loong() { shift; printf '<%s>' "$@" >&2; printf 'telegram\\tx\\ntmail\\tx\\nwecom\\tx\\n:4\\n'; }`;

/** What bash makes of a line whose end is being written: the words it asks about, and what may stand there. */
function inBash(words: readonly string[], line: string, breaks = " \t\n\"'><=;|&(:"): readonly string[] {
  const given = words.map((word) => `'${word.replaceAll("'", String.raw`'\''`)}'`).join(" ");
  const script = `${bash}
    ${ASKED.replace(">&2", ">&3")}
    COMP_WORDBREAKS=$1 COMP_LINE=$2 COMP_POINT=\${#2} COMP_WORDS=(${given}) COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
    exec 3>&1
    __loong_complete
    printf ' %s' "\${COMPREPLY[@]}"`;
  const args = ["--norc", "--noprofile", "-c", script, "bash", breaks, line];
  const { stdout, stderr } = spawnSync("bash", args, { encoding: "utf8" });
  expect(stderr).toBe("");
  return stdout.split(" ");
}

const bash = loong("completion", "bash");

test("bash knows the word that is being written", () => {
  expect(inBash(["loong", "send", "te"], "loong send te")).toEqual(["<--><send><te>", "telegram"]);
  expect(inBash(["loong", "send", ""], "loong  send ")).toEqual(["<--><send><>", "telegram", "tmail", "wecom"]);
});

test("bash keeps words with = and : together, and replaces what stands after the last break", () => {
  expect(inBash(["loong", "s", "--channel", "=", "t"], "loong s --channel=t")).toEqual([
    "<--><s><--channel=t>",
    "telegram",
    "tmail",
  ]);
  expect(inBash(["loong", "s", "--channel", "="], "loong s --channel=")[1]).toBe("telegram");
  expect(inBash(["loong", "s", "--to", "a", ":", "b", "w"], "loong s --to a:b w")).toEqual([
    "<--><s><--to><a:b><w>",
    "wecom",
  ]);
  expect(inBash(["loong", "s", "--channel=w"], "loong s --channel=w", " \t\n")).toEqual([
    "<--><s><--channel=w>",
    "--channel=wecom",
  ]);
});

test("bash runs nothing that stands on the line", () => {
  const words = ["loong", "ask", "$(echo ran)", "`echo ran`", '"a;b"', "w"];
  expect(inBash(words, words.join(" ")).join(" ")).toContain("<--><ask><$(echo ran)><`echo ran`><a;b><w>");
});

test("the script for bash may be read twice", () => {
  const { stderr } = spawnSync("bash", ["--norc", "--noprofile", "-c", `${bash}\n${bash}`], { encoding: "utf8" });
  expect(stderr).toBe("");
});

/** Runs the script of a shell, then what asks it. Without the shell there is nothing to be seen. */
function inShell(shell: "fish" | "zsh", [flag, before, asking]: readonly string[], skip: (reason: string) => void) {
  const args = [`${flag}`, "-c", `${before}\n${loong("completion", shell)}\n${asking}`];
  const { error, stdout, stderr } = spawnSync(shell, args, { encoding: "utf8", env });
  if (error !== undefined) skip(`${shell} is not installed`);
  expect(stderr).toBe("");
  return stdout;
}

test("fish lists what may stand there, after a flag too", ({ skip }) => {
  const stands = String.raw`function loong; printf 'telegram\tx\nwecom\tx\n:4\n'; end`;
  const asking = `complete -C "loong channels send te"
    complete -C "loong channels send --channel=te"`;
  expect(inShell("fish", ["--no-config", stands, asking], skip)).toBe("telegram\tx\n--channel=telegram\tx\n");
});

test("zsh is told what may stand there, after a flag too", ({ skip }) => {
  // Outside a line that is being edited there is nothing to complete: what would be shown is printed.
  const stands = String.raw`compdef() {}
    loong() { shift; printf '<%s>' "$@"; printf '\ttext\n:4\n' }
    _describe() { print -r -- "$@ $completions" }`;
  const asking = `words=(loong send te) CURRENT=3; _loong
    words=(loong send --channel=te) CURRENT=3; _loong`;
  expect(inShell("zsh", ["-f", stands, asking], skip).trim().split("\n")).toEqual([
    "completions completions -Q <--><send><te>:text",
    "completions completions -Q -P --channel= <--><send><--channel=te>:text",
  ]);
});
