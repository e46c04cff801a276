import type { Cli } from "../cli-context.ts";
import { cliErrors } from "../errors.ts";

export interface Choice<Value extends string = string> {
  readonly value: Value;
  readonly label: string;
  /** Shown beside the label while the choice is under the cursor. */
  readonly hint?: string;
}

interface TextQuestion {
  readonly message: string;
  /** Shown while nothing is typed. */
  readonly placeholder?: string;
  readonly initial?: string;
  /** A sentence about what is wrong, or `undefined`. */
  readonly check?: (typed: string) => string | undefined;
}

interface ChoiceQuestion<Value extends string> {
  readonly message: string;
  readonly choices: readonly Choice<Value>[];
  readonly initial?: Value;
}

type Tone = "info" | "good" | "warn" | "bad";

/** Questions to a person at a terminal. Each is `CLI_CANCELLED` when the person has had enough. */
export interface Prompts {
  /** Gives what was typed; `""` when nothing was. */
  text(question: TextQuestion): Promise<string>;
  /** As `text`, and nothing of it is shown. */
  secret(question: Pick<TextQuestion, "message" | "check">): Promise<string>;
  choose<Value extends string>(question: ChoiceQuestion<Value>): Promise<Value>;
  chooseSome(question: Omit<ChoiceQuestion<string>, "initial">): Promise<readonly string[]>;
  confirm(question: { readonly message: string; readonly initial: boolean }): Promise<boolean>;
  begin(title: string): void;
  say(tone: Tone, text: string): void;
  end(text: string): void;
}

/** More choices than these are found by typing. */
const MOST_SHOWN = 12;

/**
 * Questions are shown on stderr, so that stdout is the command's result.
 * @throws CLI_NEEDS_TERMINAL when there is nobody to ask.
 */
export async function openPrompts(cli: Cli, verb: string): Promise<Prompts> {
  const { stdin: input, output: streams } = cli;
  const output = streams.stderr;
  if (!input.isTTY || output.isTTY !== true) throw cliErrors.CLI_NEEDS_TERMINAL([verb]);
  const clack = await import("@clack/prompts");
  const common = { input, output };

  async function answered<Answer>(question: Promise<Answer | typeof clack.CANCEL_SYMBOL>): Promise<Answer> {
    const answer = await question;
    if (clack.isCancel(answer)) throw cliErrors.CLI_CANCELLED([verb]);
    return answer;
  }

  return {
    text: ({ message, placeholder = "", initial = "", check }) =>
      answered(
        clack.text({ ...common, message, placeholder, initialValue: initial, defaultValue: "", ...checking(check) }),
      ),
    secret: async ({ message, check }) =>
      (await answered(clack.password({ ...common, message, ...checking(check) }))) ?? "",
    choose: ({ message, choices, initial }) => {
      const options = choices.map(plainOption);
      const question = { ...common, message, options, ...(initial === undefined ? {} : { initialValue: initial }) };
      return answered<string>(
        choices.length > MOST_SHOWN
          ? clack.autocomplete({ ...question, maxItems: MOST_SHOWN })
          : clack.select({ ...question, showInstructions: false }),
      ) as Promise<never>;
    },
    chooseSome: ({ message, choices }) =>
      answered(clack.multiselect({ ...common, message, options: choices.map(plainOption), required: false })),
    confirm: ({ message, initial }) => answered(clack.confirm({ ...common, message, initialValue: initial })),
    begin: (title) => clack.intro(title, common),
    say: (tone, text) => clack.log[LOG[tone]](text, common),
    end: (text) => clack.outro(text, common),
  };
}

const LOG = { info: "info", good: "success", warn: "warn", bad: "error" } as const;

function plainOption({ value, label, hint }: Choice): { value: string; label: string; hint?: string } {
  return { value, label, ...(hint === undefined ? {} : { hint }) };
}

function checking(check: TextQuestion["check"]): { validate?: (typed: string | undefined) => string | undefined } {
  return check === undefined ? {} : { validate: (typed) => check(typed ?? "") };
}
