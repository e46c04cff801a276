import { type ConfigProblem, fileFault } from "@loong/config";
import type { Rule, Trace } from "../rule.ts";
import type { Sight } from "../sight.ts";

/** What the config's own judge found that touches on safety: its words, under an id of ours. */
export const configRules: readonly Rule[] = [
  {
    id: "config.unusable",
    severity: "critical",
    title: "The config file cannot be used",
    why: "No rule of it is in force, and nothing in it could be looked at here.",
    mend: () => "Mend it with `loong config edit`; `loong config validate` says where.",
    find: ({ config }) => {
      const fault = fileFault(config);
      return fault === undefined || config.file.usedLastGood ? [] : [fromProblem(fault)];
    },
  },
  {
    id: "config.last-good-in-use",
    severity: "warning",
    title: "The config file is torn, and its last good copy is used",
    why: "What you changed since then is not in force, rules about who may speak included.",
    mend: () => "Mend it with `loong config edit`; `loong config validate` says where.",
    find: ({ config }) => {
      const fault = fileFault(config);
      return fault !== undefined && config.file.usedLastGood ? [fromProblem(fault)] : [];
    },
  },
  {
    id: "config.unknown-key",
    severity: "warning",
    title: "A key that means nothing",
    why: "If it was to restrict something, nothing is restricted; an account with one does not run.",
    mend: ({ key }) =>
      `Correct or remove ${key} with \`loong config edit\`; \`loong config schema\` has the keys there are.`,
    find: (sight) => problems(sight, "CONFIG_UNKNOWN_KEY"),
  },
  {
    id: "config.written-twice",
    severity: "warning",
    title: "A setting stands in two places",
    why: "Only the first counts, and whoever reads the other is deceived.",
    mend: () => "Keep one of the two with `loong config edit`.",
    find: (sight) => problems(sight, "CONFIG_WRITTEN_TWICE"),
  },
  {
    id: "config.default-account-guessed",
    severity: "info",
    title: "Nobody said which account is the default",
    why: "What is sent without naming an account goes out through the first by name: add one, and it is another.",
    mend: ({ key }) => `Choose with \`loong config set ${key} ACCOUNT\`.`,
    find: (sight) => problems(sight, "CONFIG_DEFAULT_GUESSED"),
  },
  {
    id: "access.dm-wildcard",
    severity: "warning",
    title: 'A list of people has "*" under a policy that is not open',
    why: "The two contradict each other, so the account does not run; the hasty way out is to open it to everybody.",
    mend: ({ key }) => `Remove the star from ${key} with \`loong config edit\`.`,
    find: (sight) => problems(sight, "CONFIG_ALLOW_WILDCARD"),
  },
  {
    id: "access.mutable-id",
    severity: "critical",
    title: "A list names somebody by a name that can change hands",
    why: "Who takes the name over is let in; the account does not run until it is mended.",
    mend: ({ key }) => `Put the unchanging id into ${key}; \`loong logs\` shows it when that person writes.`,
    find: (sight) => problems(sight, "CONFIG_ALLOW_MUTABLE_ID"),
  },
  {
    id: "access.blank-entry",
    severity: "warning",
    title: "A list of people has a blank entry",
    why: "A message whose sender is not known must fit nobody; the account does not run until it is mended.",
    mend: ({ key }) => `Remove the blank entry from ${key} with \`loong config edit\`.`,
    find: (sight) => problems(sight, "CONFIG_ALLOW_BLANK"),
  },
];

function problems({ config }: Sight, code: string): readonly Trace[] {
  return config.problems.filter((problem) => problem.code === code).map(fromProblem);
}

function fromProblem({ message, path, file }: ConfigProblem): Trace {
  return { found: message, file, ...(path === undefined ? {} : { key: path }) };
}
