import { basename, isAbsolute } from "node:path";
import type { ConfigText } from "@loong/config";
import {
  type FileFacts,
  factsOf,
  foldersAround,
  isAround,
  isEverybodys,
  isForeign,
  octal,
  openFolderAround,
  WRITE_OF_OTHERS,
} from "../file-facts.ts";
import { hasCredential } from "../credential-like.ts";
import { chmod, type Rule, type Trace } from "../rule.ts";
import type { Sight } from "../sight.ts";

/** What a file with a secret may not have: any bit of others, and writing by the group. The config refuses to read such a file. */
const REFUSED = 0o027;
const READ_OF_GROUP = 0o040;
const PRINTERS = new Set(["echo", "printf"]);

/** Files and commands that secrets come from. */
export const secretSourceRules: readonly Rule[] = [
  {
    id: "secrets.file-open",
    severity: "critical",
    title: "Others can read or change a file that a secret or a prompt is read from",
    why: "Every user of this machine may have it or have changed it; it is not read until it is closed.",
    mend: chmod,
    find: (sight) =>
      secretFiles(sight)
        .filter(({ facts: { kind, mode } }) => kind === "file" && (mode & REFUSED) !== 0)
        .map((each) => ({ ...of(each, `can be used by others (mode ${octal(each.facts.mode)})`), mode: 0o600 })),
  },
  {
    id: "secrets.file-group-readable",
    severity: "info",
    title: "A group can read a file with a secret",
    why: "Everybody in that group has the secret, those who join later too.",
    mend: chmod,
    find: (sight) =>
      secretFiles(sight)
        .filter(
          ({ facts: { kind, mode } }) => kind === "file" && (mode & REFUSED) === 0 && (mode & READ_OF_GROUP) !== 0,
        )
        .map((each) => ({ ...of(each, "can be read by its group"), mode: 0o600 })),
  },
  {
    id: "secrets.file-foreign",
    severity: "critical",
    title: "A file with a secret belongs to somebody else",
    why: "Its owner can read it, and can put another secret there; the account does not run until it is yours.",
    mend: ({ file }) => `Run \`chown $(id -u) ${file}\` as root.`,
    find: (sight) =>
      secretFiles(sight)
        .filter(({ facts }) => facts.kind === "file" && isForeign(facts, sight.machine.userId))
        .map((each) => of(each, `belongs to user ${each.facts.userId}`)),
  },
  {
    id: "secrets.file-linked",
    severity: "warning",
    title: "A secret is read through a symbolic link",
    why: "Who turns the link chooses the secret, so it is not followed and the account does not run.",
    mend: ({ key }) => `Name the file that the link points to in ${key}.`,
    find: (sight) =>
      secretFiles(sight)
        .filter(({ facts: { kind } }) => kind === "link")
        .map((each) => of(each, "is a symbolic link")),
  },
  {
    id: "secrets.file-replaceable",
    severity: "critical",
    title: "Anybody may replace a file with a secret",
    why: "The file is closed, and its folder is not: another can be put into its place.",
    mend: ({ file }) => `Run \`chmod go-w ${file}\`.`,
    find: (sight) =>
      secretFiles(sight).flatMap(({ text, facts }) => {
        const folder = openFolderAround(facts.path);
        return folder === undefined || isAround(folder, sight.paths.home)
          ? []
          : [
              {
                key: text.path,
                file: folder,
                found: `${folder}, around the file of ${text.path}, can be written to by everybody.`,
              },
            ];
      }),
  },
  {
    id: "secrets.command-replaceable",
    severity: "critical",
    title: "Others can change the command that gives a secret",
    why: "Whatever stands in that file is run as you.",
    mend: ({ file }) => `Run \`chmod go-w ${file}\`.`,
    find: (sight) =>
      commands(sight).flatMap(({ text, program }) => {
        const around = [program, ...foldersAround(program)].map(factsOf).filter((facts) => facts !== undefined);
        const open = around.find(
          (facts) => isEverybodys(facts) || (facts.kind === "file" && (facts.mode & WRITE_OF_OTHERS) !== 0),
        );
        return open === undefined
          ? []
          : [
              {
                key: text.path,
                file: open.path,
                found: `${open.path} can be changed by others (mode ${octal(open.mode)}).`,
              },
            ];
      }),
  },
  {
    id: "secrets.in-command",
    severity: "warning",
    title: "A command that gives a secret has it among its words",
    why: "It stands in the config file as if it were written there, and in the list of processes while the command runs.",
    mend: ({ key }) => `Let the command fetch it from where it is kept, or run \`loong config set ${key} --env NAME\`.`,
    find: ({ texts }) =>
      texts.flatMap((text) => {
        if (text.from?.kind !== "exec") return [];
        const [program, ...words] = text.from.command;
        const tells = PRINTERS.has(basename(program)) || words.some(hasCredential);
        return tells ? [{ key: text.path, found: `The command of ${text.path} has the secret in its words.` }] : [];
      }),
  },
];

interface SecretFile {
  readonly text: ConfigText;
  readonly facts: FileFacts;
}

/** Files that are there; what is missing is no matter of safety. */
function secretFiles({ texts }: Sight): readonly SecretFile[] {
  return texts.flatMap((text) => {
    const facts = text.from?.kind === "file" ? factsOf(text.from.path) : undefined;
    return facts === undefined ? [] : [{ text, facts }];
  });
}

function commands({ texts }: Sight): readonly { readonly text: ConfigText; readonly program: string }[] {
  return texts.flatMap((text) => {
    const program = text.from?.kind === "exec" ? text.from.command[0] : "";
    return isAbsolute(program) ? [{ text, program }] : [];
  });
}

function of({ text, facts }: SecretFile, what: string): Trace {
  return { key: text.path, file: facts.path, found: `${facts.path}, which ${text.path} is read from, ${what}.` };
}
