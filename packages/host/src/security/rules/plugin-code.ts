import { join } from "node:path";
import { lockFileOf } from "../../install/lock-file.ts";
import { isFirstParty } from "../../install/names.ts";
import { isolationOf } from "../../isolation/mode.ts";
import {
  factsOf,
  isAround,
  isEverybodys,
  open,
  openFolderAround,
  READ_OF_OTHERS,
  WRITE_OF_OTHERS,
} from "../file-facts.ts";
import { failuresOf } from "../plugin-failures.ts";
import { chmod, type Rule } from "../rule.ts";
import type { Sight } from "../sight.ts";
import { modeOf } from "../traces.ts";

/** Whether the code of plugins is what was installed, who can change it, and where it runs. */
export const pluginCodeRules: readonly Rule[] = [
  {
    id: "plugins.modified-on-disk",
    severity: "critical",
    title: "An installed plugin is not as it was installed",
    why: "Somebody changed its code; it is not loaded until it is what it was.",
    mend: ({ key }) => `Install it again: \`loong plugins install ${key}\`; then find out who changed it.`,
    find: (sight) => failuresOf(sight, "PLUGIN_MODIFIED"),
  },
  {
    id: "plugins.missing",
    severity: "warning",
    title: "An installed plugin is gone",
    why: "Its name is still pinned, and whatever comes into its folder next is asked about by that pin only.",
    mend: ({ key }) => `Run \`loong plugins install ${key}\` or \`loong plugins uninstall ${key}\`.`,
    find: (sight) => failuresOf(sight, "PLUGIN_MISSING"),
  },
  {
    id: "plugins.lock-unreadable",
    severity: "critical",
    title: "The list of what was installed cannot be read",
    why: "Nobody can tell whether plugins are what they were, so none of them is loaded.",
    mend: ({ file }) => `Bring ${file} back from a backup, or remove it and install the plugins again.`,
    find: (sight) =>
      failuresOf(sight, "INSTALL_LOCK_INVALID").map((trace) => ({
        ...trace,
        file: lockFileOf(sight.paths.pluginsDir),
      })),
  },
  {
    id: "plugins.folder-replaceable",
    severity: "critical",
    title: "Others can change the code of a plugin",
    why: "Whatever they write is run as you, with the secrets of that plugin.",
    mend: ({ file }) => `Run \`chmod -R go-w ${file}\`.`,
    find: (sight) =>
      sight.plugins.records
        .filter(({ source }) => source === "path" || source === "installed")
        .flatMap(({ packageName, directory, entry }) => {
          const place = writable(directory, entry, sight);
          return place === undefined
            ? []
            : [
                {
                  key: packageName,
                  file: place,
                  found: `${place}, with code of ${packageName}, can be changed by others.`,
                },
              ];
        }),
  },
  {
    id: "plugins.store-open",
    severity: "critical",
    title: "Others can change the folder of installed plugins, or the list of their hashes",
    why: "Who changes both the code and its hash is not noticed.",
    mend: chmod,
    find: ({ paths: { pluginsDir } }) => [
      ...open([pluginsDir], WRITE_OF_OTHERS).map((facts) => modeOf(facts, 0o700, "can be changed by others")),
      ...open([lockFileOf(pluginsDir)], WRITE_OF_OTHERS).map((facts) =>
        modeOf(facts, 0o600, "can be changed by others"),
      ),
    ],
  },
  {
    id: "plugins.store-readable",
    severity: "info",
    title: "Others can see which plugins are installed",
    why: "It tells them which holes to look for.",
    mend: chmod,
    find: ({ paths: { pluginsDir } }) =>
      open([pluginsDir], READ_OF_OTHERS)
        .filter(({ mode }) => (mode & WRITE_OF_OTHERS) === 0)
        .map((facts) => modeOf(facts, 0o700, "can be read by others")),
  },
  {
    id: "plugins.foreign-inline",
    severity: "warning",
    title: "A stranger's channel runs inside the gateway",
    why: "It can read every secret and every message, and its faults end the gateway.",
    mend: ({ key }) => `Give it a process of its own: \`loong config set ${key} process\`.`,
    find: ({ plugins, config }) =>
      plugins
        .channels()
        .filter((record) => !isFirstParty(record.packageName) && isolationOf(record, config) === "inline")
        .map(({ packageName, manifest }) => ({
          key: `plugins.entries.${manifest.id}.isolation`,
          found: `${packageName} runs in the gateway's own process.`,
        })),
  },
  {
    id: "plugins.foreign-agent",
    severity: "warning",
    title: "A stranger's agent answers",
    why: "Agents run inside the gateway: it can read every secret and every message.",
    mend: () => "Unless you trust it: `loong config set agent.use llm`.",
    find: ({ plugins, config }) =>
      plugins
        .agents()
        .filter(({ packageName, manifest }) => manifest.id === config.agent.use && !isFirstParty(packageName))
        .map(({ packageName }) => ({
          key: "agent.use",
          found: `${packageName} answers, in the gateway's own process.`,
        })),
  },
];

function writable(directory: string, entry: string, { paths }: Sight): string | undefined {
  const own = [directory, entry, join(directory, "package.json")].map(factsOf).filter((facts) => facts !== undefined);
  const found = own.find(
    (facts) => facts.kind !== "link" && (facts.mode & WRITE_OF_OTHERS) !== 0 && !isEverybodys(facts),
  );
  const around = openFolderAround(entry);
  return found?.path ?? (around === undefined || isAround(around, paths.home) ? undefined : around);
}
