import { type PluginLock, readPluginLock } from "../../install/lock-file.ts";
import { isFirstParty, lookAlike, officialTwin } from "../../install/names.ts";
import { registryAddress } from "../../install/registry-address.ts";
import type { PluginRecord } from "../../plugins/index.ts";
import { isPlain } from "../address.ts";
import { failuresOf, isFailure } from "../plugin-failures.ts";
import type { Rule, Trace } from "../rule.ts";
import type { Sight } from "../sight.ts";

/** Whose plugins there are, and where they came from. */
export const pluginOriginRules: readonly Rule[] = [
  {
    id: "plugins.name-claimed-twice",
    severity: "critical",
    title: "Two packages claim one plugin name",
    why: "One of the two gets the other's secrets and messages as soon as the order in which they are found changes.",
    mend: ({ key }) => `Keep one: \`loong plugins uninstall ${key}\`, or take it out of plugins.paths.`,
    find: (sight) => failuresOf(sight, "PLUGIN_DUPLICATE_ID").filter(({ key = "" }) => !hasForeignWinner(sight, key)),
  },
  {
    id: "plugins.takes-own-place",
    severity: "critical",
    title: "A package of somebody else stands in the place of one of Loong's own",
    why: "It is handed the secrets and messages that were meant for the other.",
    mend: ({ key }) =>
      `If you did not choose that: \`loong plugins uninstall ${key}\`, or take it out of plugins.paths.`,
    find: (sight) =>
      sight.plugins.records
        .filter(({ packageName, manifest }) => !isFirstParty(packageName) && displaced(sight, manifest.id))
        .map((record) => of(record, "has the name of a plugin that comes with Loong")),
  },
  {
    id: "plugins.look-alike",
    severity: "critical",
    title: "A package is called almost like another",
    why: "That is how one is made to install what is not meant.",
    mend: ({ key }) => `Compare the name with what you meant; if it is another: \`loong plugins uninstall ${key}\`.`,
    find: (sight) =>
      sight.plugins.records.flatMap((record) => {
        const twin = twinOf(record.packageName, ownNames(sight));
        return twin === undefined ? [] : [of(record, `is called almost like ${twin}`)];
      }),
  },
  {
    id: "plugins.unmanaged",
    severity: "warning",
    title: "A plugin was put there by hand",
    why: "Nothing was checked when it came, and nobody notices when its files change.",
    mend: ({ key }) => `Install it the checked way: \`loong plugins install ${key}\`.`,
    find: (sight) => {
      const lock = lockOf(sight);
      return sight.plugins.records
        .filter(({ source, packageName }) => source === "installed" && lock[packageName] === undefined)
        .map((record) => of(record, "was not installed with `loong plugins install`"));
    },
  },
  {
    id: "plugins.linked",
    severity: "info",
    title: "A plugin runs from a folder that is yours to change",
    why: "Its files are not compared with anything, so nobody notices when somebody else changes them.",
    mend: ({ key, file }) => `When it is done: \`loong plugins install ${file} --copy\`. The plugin is ${key}.`,
    find: (sight) =>
      Object.entries(lockOf(sight))
        .filter(([, { source }]) => source === "link")
        .map(([key, { folder }]) => ({ key, file: folder, found: `${key} runs from ${folder}.` })),
  },
  {
    id: "plugins.from-path",
    severity: "info",
    title: "plugins.paths names a folder",
    why: "What lies there is run without having been installed or pinned.",
    mend: ({ file }) => `When it is done: \`loong plugins install ${file} --copy\`, and take it out of plugins.paths.`,
    find: ({ plugins }) =>
      plugins.records
        .filter(({ source }) => source === "path")
        .map(({ packageName, directory }) => ({
          key: "plugins.paths",
          file: directory,
          found: `${packageName} runs from ${directory}.`,
        })),
  },
  {
    id: "plugins.own-name-unproven",
    severity: "warning",
    title: "A package with Loong's name did not come from a registry",
    why: "Anybody can write that name into a package; from a file or a folder, nothing shows who made it.",
    mend: ({ key }) => `Install it from the registry: \`loong plugins install ${key}\`.`,
    find: (sight) =>
      Object.entries(lockOf(sight))
        .filter(([name, { source }]) => isFirstParty(name) && source !== "registry" && source !== "link")
        .map(([key, { spec }]) => ({ key, found: `${key} was installed from ${spec}.` })),
  },
  {
    id: "plugins.registry-plain-http",
    severity: "warning",
    title: "Plugins come from a registry without TLS",
    why: "Whoever is on the way chooses what is installed: the hash comes over the same wire.",
    mend: () => "Point npm_config_registry, or `registry` in ~/.npmrc, to an address with https.",
    find: ({ environments }) => {
      const [own] = environments;
      const url = URL.parse(registryOf(own?.env ?? {}));
      return url !== null && isPlain(url) ? [{ found: `The registry is ${url.origin}.` }] : [];
    },
  },
];

/** One of Loong's own packages could not have this name, because another had it first. */
function displaced({ plugins }: Sight, id: string): boolean {
  return plugins.failures.some(
    (failure) => isFailure(failure, "PLUGIN_DUPLICATE_ID") && failure.id === id && isFirstParty(failure.packageName),
  );
}

function hasForeignWinner({ plugins }: Sight, loser: string): boolean {
  const id = plugins.failures.find(({ packageName }) => packageName === loser)?.id;
  const winner = plugins.records.find(({ manifest }) => manifest.id === id);
  return isFirstParty(loser) && winner !== undefined && !isFirstParty(winner.packageName);
}

/** `loong-chat` may be anybody's honest name, as long as there is no `@loong/chat`. */
function twinOf(name: string, own: readonly string[]): string | undefined {
  if (isFirstParty(name)) return undefined;
  const twin = officialTwin(name);
  const isMeant = twin !== undefined && (name.startsWith("@") || own.includes(twin));
  return isMeant ? twin : lookAlike(name, own);
}

function ownNames({ plugins }: Sight): readonly string[] {
  return plugins.records.map(({ packageName }) => packageName).filter(isFirstParty);
}

function of({ packageName, directory }: PluginRecord, what: string): Trace {
  return { key: packageName, file: directory, found: `${packageName} in ${directory} ${what}.` };
}

/** What cannot be read is another rule's matter. */
function lockOf({ paths }: Sight): PluginLock {
  try {
    return readPluginLock(paths.pluginsDir);
  } catch {
    return {};
  }
}

function registryOf(env: Readonly<Record<string, string | undefined>>): string {
  try {
    return registryAddress(env);
  } catch {
    return "";
  }
}
