import { dirname, join } from "node:path";
import { controlSocketPath } from "../../control/socket-path.ts";
import {
  entriesOf,
  type FileFacts,
  factsOf,
  GROUP_OR_OTHERS,
  isForeign,
  open,
  WRITE_OF_OTHERS,
} from "../file-facts.ts";
import { chmod, type Rule } from "../rule.ts";
import { environmentFile } from "../../service/index.ts";
import { logFilesIn } from "../log-files.ts";
import { modeOf, replaceable } from "../traces.ts";
import type { Sight } from "../sight.ts";

/** The state directory and what a gateway keeps in it: who else can read or change it. */
export const stateFileRules: readonly Rule[] = [
  {
    id: "files.home-writable",
    severity: "critical",
    title: "Others can change the state directory",
    why: "Plugins and the commands that give secrets are named there: who writes there runs code as you.",
    mend: chmod,
    find: ({ paths }) =>
      open([paths.home], WRITE_OF_OTHERS).map((facts) => modeOf(facts, 0o700, "can be changed by others")),
  },
  {
    id: "files.home-readable",
    severity: "warning",
    title: "Others can look into the state directory",
    why: "One file with a wrong mode is enough, and what people said can be read.",
    mend: chmod,
    find: ({ paths }) =>
      open([paths.home], GROUP_OR_OTHERS)
        .filter((facts) => (facts.mode & WRITE_OF_OTHERS) === 0)
        .map((facts) => modeOf(facts, 0o700, "can be entered by others")),
  },
  {
    id: "files.home-replaceable",
    severity: "critical",
    title: "Anybody may put another state directory into the place of yours",
    why: "A folder around it can be written to by everybody, so all that is inside can be exchanged.",
    mend: ({ file }) => `Run \`chmod go-w ${file}\`, or move LOONG_HOME.`,
    find: ({ paths }) => replaceable(paths.home),
  },
  {
    id: "files.state-folder-open",
    severity: "warning",
    title: "Others can enter a folder of the state directory",
    why: "What people said, sessions and caches are there; today only the folder around it keeps others out.",
    mend: chmod,
    find: ({ paths }) =>
      open([dirname(paths.journalFile), paths.dataDir, paths.cacheDir], GROUP_OR_OTHERS).map((facts) =>
        modeOf(facts, 0o700, "can be entered by others"),
      ),
  },
  {
    id: "files.run-folder-open",
    severity: "critical",
    title: "Others can enter the folder of the control socket",
    why: "Whoever reaches the socket commands the gateway: it asks for no password.",
    mend: chmod,
    find: ({ paths }) =>
      open(runFolders(paths), GROUP_OR_OTHERS).map((facts) => modeOf(facts, 0o700, "can be entered by others")),
  },
  {
    id: "files.socket-open",
    severity: "critical",
    title: "Others can use the control socket",
    why: "Whoever reaches it sends as your bot, approves people and stops the gateway.",
    mend: chmod,
    find: ({ paths }) =>
      open([controlSocketPath(paths)], GROUP_OR_OTHERS)
        .filter(({ kind }) => kind === "socket")
        .map((facts) => modeOf(facts, 0o600, "can be used by others")),
  },
  {
    id: "files.run-file-open",
    severity: "warning",
    title: "Others can read or change what the gateway says of itself",
    why: "Who changes it makes commands believe in a gateway that is none, and holds the lock that keeps two apart.",
    mend: chmod,
    find: ({ paths }) =>
      open([paths.ownerFile, paths.lockFile, join(dirname(paths.ownerFile), "crashes.json")], GROUP_OR_OTHERS).map(
        (facts) => modeOf(facts, 0o600, "can be used by others"),
      ),
  },
  {
    id: "files.journal-open",
    severity: "critical",
    title: "Others can read or change the journal",
    why: "Everything that was said of late is in it, and who may speak.",
    mend: chmod,
    find: ({ paths }) =>
      open(journalFiles(paths.journalFile), GROUP_OR_OTHERS).map((facts) =>
        modeOf(facts, 0o600, "can be used by others"),
      ),
  },
  {
    id: "files.journal-copy-open",
    severity: "warning",
    title: "Others can read a copy of the journal",
    why: "A copy holds what the journal holds: what people said.",
    mend: chmod,
    find: ({ paths }) =>
      entriesOf(dirname(paths.journalFile))
        .filter(
          ({ path, kind, mode }) =>
            kind === "file" && !journalFiles(paths.journalFile).includes(path) && (mode & GROUP_OR_OTHERS) !== 0,
        )
        .map((facts) => modeOf(facts, 0o600, "can be used by others")),
  },
  {
    id: "files.backup-open",
    severity: "warning",
    title: "Others can read a backup",
    why: "A backup holds what the journal holds: what people said, and who may speak.",
    mend: chmod,
    find: ({ paths }) => {
      const folder = join(paths.home, "backups");
      const files = entriesOf(folder).filter(({ kind }) => kind === "file");
      return [
        ...open([folder], GROUP_OR_OTHERS).map((facts) => modeOf(facts, 0o700, "can be entered by others")),
        ...open(
          files.map(({ path }) => path),
          GROUP_OR_OTHERS,
        ).map((facts) => modeOf(facts, 0o600, "can be used by others")),
      ];
    },
  },
  {
    id: "files.second-name",
    severity: "warning",
    title: "The journal or the config file has a second name",
    why: "A hard link elsewhere shows what is in it, whatever the modes of these folders are.",
    mend: ({ file }) => `Find the other with \`find / -samefile ${file}\`, and remove it.`,
    find: ({ paths, config }) =>
      [paths.journalFile, config.file.path]
        .map(factsOf)
        .filter((facts) => facts !== undefined)
        .filter(({ kind, names }) => kind === "file" && names > 1)
        .map(({ path, names }) => ({ file: path, found: `${path} is one file under ${names} names.` })),
  },
  {
    id: "files.logs-open",
    severity: "warning",
    title: "Others can read the logs",
    why: "They say who writes, from where, and what went wrong.",
    mend: chmod,
    find: ({ paths }) => [
      ...open([paths.logsDir], GROUP_OR_OTHERS).map((facts) => modeOf(facts, 0o700, "can be entered by others")),
      ...open(logFilesIn(paths.logsDir), GROUP_OR_OTHERS).map((facts) => modeOf(facts, 0o600, "can be used by others")),
    ],
  },
  {
    id: "files.foreign-owner",
    severity: "critical",
    title: "A state file belongs to somebody else",
    why: "Its owner can change it at any time, whatever its mode is.",
    mend: ({ file }) => `Run \`chown -R $(id -u) ${file}\` as root.`,
    find: (sight) =>
      statePlaces(sight)
        .filter((facts) => sight.machine.userId !== 0 && isForeign(facts, sight.machine.userId))
        .map(({ path, userId }) => ({ file: path, found: `${path} belongs to user ${userId}.` })),
  },
  {
    id: "files.state-linked",
    severity: "warning",
    title: "A place of the state directory is a symbolic link",
    why: "Who turns the link chooses what the gateway reads and where it writes.",
    mend: ({ file }) => `Put what it leads to into the place of ${file}, or move all of it with LOONG_HOME.`,
    find: (sight) =>
      statePlaces(sight)
        .filter(({ kind, path }) => kind === "link" && path !== sight.config.file.path)
        .map(({ path }) => ({ file: path, found: `${path} is a symbolic link.` })),
  },
];

function journalFiles(journal: string): readonly string[] {
  return [journal, `${journal}-wal`, `${journal}-shm`];
}

/** Where the socket is, which is elsewhere when the path is too long for one. */
function runFolders(paths: Sight["paths"]): readonly string[] {
  return [...new Set([dirname(paths.socketFile), dirname(controlSocketPath(paths))])];
}

function statePlaces({ paths, config }: Sight): readonly FileFacts[] {
  const { home, journalFile, ownerFile, lockFile, logsDir, pluginsDir, dataDir, cacheDir } = paths;
  const folders = [home, ...runFolders(paths), dirname(journalFile), logsDir, pluginsDir, dataDir, cacheDir];
  const places = [...folders, config.file.path, environmentFile(paths), journalFile, ownerFile, lockFile];
  return [...new Set(places)].map(factsOf).filter((facts) => facts !== undefined);
}
