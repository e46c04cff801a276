import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { Cli } from "../apps/cli/src/cli-context.ts";
import { createWholeProgram } from "../apps/cli/src/program/program.ts";
import { root } from "./workspace.ts";

type Command = Awaited<ReturnType<typeof createWholeProgram>>;

/** A command line that a hint or a page tells somebody to type. */
interface Advice {
  readonly line: string;
  readonly place: string;
}

const PAGES = "{*.md,docs/*.md,docs/playbooks/*.md,{packages,extensions,apps}/*/*.md,apps/cli/templates/*/*/*.md}";
const SOURCES = "{packages,extensions,apps}/*/src/**/*.ts";
/** The one place that may name what there is not. */
const NOT_HERE_YET = /^## (?:What is not here yet|还没有的)\n[\s\S]*?(?=^## )/m;

let program: Command;
beforeAll(async () => {
  const cli: Cli = {
    env: { HOME: join(root, "no-such-home") },
    stdin: process.stdin,
    output: { stdout: process.stdout, stderr: process.stderr },
    self: () => ({ command: ["loong"], platform: "linux", userId: 0 }),
    installation: () => ({ version: "0.0.0", templates: "", bundled: [], workspaceRoot: root }),
    now: () => 0,
    interrupted: () => new AbortController().signal,
  };
  program = await createWholeProgram(cli, () => async () => {}, []);
});

describe("whoever follows an advice finds the command and its options", () => {
  test.each([
    ["the pages", () => filesOf(PAGES).flatMap(adviceOnPage)],
    ["the hints in the sources", () => filesOf(SOURCES).flatMap(adviceInSource)],
  ])("in %s", (_, collect) => {
    const advice = collect();
    expect(advice.length).toBeGreaterThan(50);
    const wrong = advice.flatMap(({ line, place }) => {
      const fault = faultOf(line);
      return fault === undefined ? [] : [`${place}: ${line}: ${fault}`];
    });
    expect(wrong).toEqual([]);
  });

  test.each([
    ["loong plugins conjure @acme/chat", "conjure"],
    ["loong channels send acme --tarrget x", "--tarrget"],
    ["loong conjure", "conjure"],
    ["loong gateway run --port 8080 | less --follow", undefined],
    ["loong channels [list] [--json]", undefined],
    ['loong ask --message "a --dashed word"', undefined],
    ["loong <channel>-send --text X", undefined],
  ])("of %j, this is wrong: %s", (line, fault) => {
    expect(faultOf(line)).toBe(fault);
  });
});

function filesOf(pattern: string): readonly string[] {
  const all: readonly string[] = globSync(pattern, { cwd: root, exclude: ["**/node_modules/**"] });
  return all.filter((file) => !file.endsWith(".test.ts")).toSorted();
}

function adviceOnPage(file: string): readonly Advice[] {
  const text = readFileSync(join(root, file), "utf8").replace(NOT_HERE_YET, "");
  const blocks = [...text.matchAll(/^```.*\n([\s\S]*?)^```/gm)].map(([, block = ""]) => block);
  const typed = blocks.flatMap((block) => [...block.matchAll(/^(?:\$ )?(loong .*)$/gm)]);
  const inline = [...text.replaceAll(/^```[\s\S]*?^```/gm, "").matchAll(/`(loong [^`]+)`/g)];
  return [...typed, ...inline].map(([, line = ""]) => ({ line: line.replaceAll("\\|", "|"), place: file }));
}

/** What a string or a template has between backticks. */
function adviceInSource(file: string): readonly Advice[] {
  const text = readFileSync(join(root, file), "utf8").replaceAll(/^\s*(?:\/?\*|\/\/).*$/gm, "");
  const inStrings = [...text.matchAll(/"(?:[^"\\\n]|\\.)*"/g)].flatMap(([string]) => [
    ...string.matchAll(/`(loong [^`]+)`/g),
  ]);
  const inTemplates = [...text.matchAll(/\\`(loong [^`\n]+)\\`/g)];
  return [...inStrings, ...inTemplates].map(([, line = ""]) => ({ line, place: file }));
}

/** The first word or option that the command does not know. */
function faultOf(line: string): string | undefined {
  let command = program;
  for (const word of wordsOf(line)) {
    // The id of a group may be a negative number.
    if (/^-\d/.test(word)) continue;
    if (word.startsWith("-")) {
      if (!knowsOption(command, word)) return word;
    } else if (command.commands.length > 0) {
      const next = command.commands.find((each) => each.name() === word);
      // A placeholder such as CHANNEL ends what can be checked.
      if (next === undefined) return /^[a-z][a-z-]*$/.test(word) ? word : undefined;
      command = next;
    }
  }
  return undefined;
}

/** The words after `loong`, without quoted values, optional brackets, comments and what the output is piped to. */
function wordsOf(line: string): readonly string[] {
  return line
    .replace(/\s(?:#|\||>|&&)\s.*$/, "")
    .replaceAll(/"[^"]*"|'[^']*'/g, "TEXT")
    .replaceAll(/<channel>/g, "feishu")
    .replaceAll(/[[\]…]/g, "")
    .split(/\s+/)
    .slice(1)
    .filter((word) => word !== "");
}

function knowsOption(command: Command, word: string): boolean {
  const flag = word.replace(/=.*$/, "");
  if (flag === "--help" || flag === "-h" || flag === "--") return true;
  const known = command.options.some(({ long, short }) => long === flag || short === flag);
  return known || (command.parent !== null && knowsOption(command.parent, word));
}
