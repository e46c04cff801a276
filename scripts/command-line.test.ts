import { describe, expect, test } from "vitest";
import { type CommandLine, helpOf, Misuse, positiveNumber, readCommandLine, wholeNumber } from "./command-line.ts";

const flags = {
  minutes: { takes: "N", default: "30", says: "how long" },
  only: { takes: "ID", says: "those alone" },
  term: { says: "gently" },
};
const line: CommandLine<typeof flags> = {
  command: "pnpm soak",
  purpose: ["Shakes it."],
  examples: [["--minutes 1", "a short one"]],
  flags,
  good: "it held",
  bad: "it did not",
};
const read = (...args: readonly string[]) => readCommandLine(line, args);

describe("a command line", () => {
  test("gives what was typed, and what is usual for the rest", () => {
    expect(read("--minutes", "2", "--term")).toEqual({ minutes: "2", term: true });
    expect(read("--only=x")).toEqual({ minutes: "30", only: "x", term: false });
    expect(read("--help")).toBe("help");
  });

  test.each([
    [["--minute", "2"], "Unknown option '--minute'"],
    [["--minutes"], "Option '--minutes <value>' argument missing"],
    [["2"], "Unexpected argument '2'."],
  ])("%j is refused in one sentence", (args, sentence) => {
    const refusal = catching(() => read(...args));
    expect(refusal).toBeInstanceOf(Misuse);
    expect((refusal as Misuse).message).toBe(sentence);
  });

  test("numbers are numbers", () => {
    expect([wholeNumber("0"), positiveNumber("0.5")]).toEqual([0, 0.5]);
    for (const text of ["", "-1", "1e3", "1.5", "x"]) expect(() => wholeNumber(text)).toThrow(Misuse);
    for (const text of ["", "0", "-1", "1.2.3", "x"]) expect(() => positiveNumber(text)).toThrow(Misuse);
  });
});

test("the help tells every flag with what is usual, the examples and every exit code", () => {
  expect(helpOf(line)).toBe(`Shakes it.

  pnpm soak --minutes 1  a short one

  --minutes N  how long; default 30
  --only ID    those alone
  --term       gently
  --help       this

Exit codes:
  0    it held
  1    it did not
  2    what was typed cannot be used
  130  interrupted; a second Ctrl-C does not wait for the cleaning up
`);
});

function catching(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}
