import { spawn, spawnSync } from "node:child_process";
import { stripVTControlCharacters } from "node:util";
import type { Operator } from "./operator.ts";

/** Keys as a terminal sends them. */
export const keys = { enter: "\r", down: "\u001B[B", space: " ", ctrlC: "\u0003" } as const;

/** A command on a real pseudo-terminal, and the person in front of it. */
export interface Terminal {
  /** Waits for words that were not there before. */
  sees(words: string): Promise<void>;
  /** Waits for a question that waits for an answer, then presses keys. */
  answers(question: string, ...pressed: readonly string[]): Promise<void>;
  presses(...pressed: readonly string[]): Promise<void>;
  /** Everything that was ever on the screen, control characters and all. */
  output(): string;
  /** The exit code. */
  readonly ended: Promise<number | null>;
}

/** `script` of util-linux makes the pseudo-terminal; BSD's takes other options. */
export const hasTerminals = spawnSync("script", ["--version"], { encoding: "utf8" }).stdout?.includes("util-linux");

const PATIENCE_MS = 50_000;

/** Types `line` at a terminal wide enough that no question is cut. */
export function openTerminal({ env }: Operator, line: string): Terminal {
  const script = `stty cols 400 rows 60; exec ${line}`;
  const child = spawn("script", ["--quiet", "--return", "--flush", "--command", script, "/dev/null"], {
    env: { ...env, TERM: "xterm", SHELL: "/bin/sh" },
    stdio: ["pipe", "pipe", "inherit"],
  });
  let output = "";
  let seen = 0;
  let heard = () => {};
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    output += chunk;
    heard();
  });
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));

  /** Where the words end that were not seen before; a question is what stands beside the mark of an open prompt. */
  function find(words: string, isQuestion: boolean): number | undefined {
    const screen = stripVTControlCharacters(output);
    let at = screen.indexOf(words, seen);
    while (isQuestion && at >= 0 && !screen.slice(screen.lastIndexOf("\n", at) + 1, at).includes("◆"))
      at = screen.indexOf(words, at + 1);
    return at < 0 ? undefined : at + words.length;
  }

  async function appears(words: string, isQuestion: boolean): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const fail = (why: string) => reject(new Error(`${why} before "${words}":\n${output}`));
      const timer = setTimeout(() => {
        child.kill("SIGKILL");
        fail(`${PATIENCE_MS} ms passed`);
      }, PATIENCE_MS);
      heard = () => {
        const end = find(words, isQuestion);
        if (end === undefined) return;
        seen = end;
        clearTimeout(timer);
        resolve();
      };
      void ended.then(() => {
        clearTimeout(timer);
        fail("it ended");
      });
      heard();
    });
  }

  async function presses(...pressed: readonly string[]): Promise<void> {
    for (const key of pressed) child.stdin.write(key);
  }

  return {
    presses,
    sees: (words) => appears(words, false),
    async answers(question, ...pressed) {
      await appears(question, true);
      await presses(...pressed);
    },
    output: () => output,
    ended,
  };
}
