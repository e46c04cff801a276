import { basename, dirname, extname } from "node:path";
import { lastGoodFile } from "@loong/config";
import { entriesOf, GROUP_OR_OTHERS, isAround, open, READ_OF_OTHERS, WRITE_OF_OTHERS } from "../file-facts.ts";
import { chmod, type Rule } from "../rule.ts";
import type { Sight } from "../sight.ts";
import { modeOf, replaceable } from "../traces.ts";

/** The config file, its copies, and the file with the service's environment. */
export const configFileRules: readonly Rule[] = [
  {
    id: "files.config-writable",
    severity: "critical",
    title: "Others can change the config file",
    why: "It says who may speak and which commands are run.",
    mend: chmod,
    find: ({ config }) =>
      open([config.file.path], WRITE_OF_OTHERS).map((facts) => modeOf(facts, 0o600, "can be changed by others")),
  },
  {
    id: "files.config-readable",
    severity: "warning",
    title: "Others can read the config file",
    why: "It says who may speak and where secrets are, and holds those that were typed into it.",
    mend: chmod,
    find: ({ config }) =>
      open([config.file.path], READ_OF_OTHERS)
        .filter((facts) => (facts.mode & WRITE_OF_OTHERS) === 0)
        .map((facts) => modeOf(facts, 0o600, "can be read by others")),
  },
  {
    id: "files.config-replaceable",
    severity: "critical",
    title: "Anybody may put another config file into the place of yours",
    why: "A folder around it can be written to by everybody.",
    mend: ({ file }) => `Run \`chmod go-w ${file}\`, or move the file.`,
    find: ({ paths, config }) => replaceable(config.file.path).filter(({ file = "" }) => !isAround(file, paths.home)),
  },
  {
    id: "files.config-copy-readable",
    severity: "warning",
    title: "Others can read a copy of the config file",
    why: "A copy holds what the file holds, secrets included.",
    mend: chmod,
    find: async (sight) =>
      open(await configCopies(sight), GROUP_OR_OTHERS).map((facts) => modeOf(facts, 0o600, "can be used by others")),
  },
  {
    id: "files.environment-file-open",
    severity: "critical",
    title: "Others can read or change the service's environment file",
    why: "It holds the secrets of the service, and can make it load other code.",
    mend: chmod,
    find: ({ environments }) =>
      open(
        environments.flatMap(({ file }) => (file === undefined ? [] : [file])),
        GROUP_OR_OTHERS,
      ).map((facts) => modeOf(facts, 0o600, "can be used by others")),
  },
];

/** Kept by Loong, by editors, and by people who copy before they change. */
async function configCopies({ paths, config }: Sight): Promise<readonly string[]> {
  const { path } = config.file;
  const beside = entriesOf(dirname(path))
    .filter((facts) => facts.kind === "file" && facts.path !== path)
    .map((facts) => facts.path)
    .filter((other) => isCopyOf(other, path));
  return [...beside, await lastGoodFile(paths, config.file)];
}

/** What editors and people add to a name, and the name in another format. */
const COPY = /^(?:[.~#_ -]*(?:bak|backup|old|orig|copy|save|sw[op]|tmp|\d{4}).*|~|#|\.(?:ya?ml|json[5c]?|toml)~?)$/i;

/** `config.yaml~`, `config.yaml.bak`, `.config.yaml.swp`, `config.backup.yaml`, `config-old.yaml`. */
function isCopyOf(other: string, path: string): boolean {
  const name = basename(other).replace(/^[.#]+/, "");
  return [basename(path), basename(path, extname(path))].some(
    (start) => name.startsWith(start) && COPY.test(name.slice(start.length)),
  );
}
