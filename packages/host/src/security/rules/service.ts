import { parseEnv } from "node:util";
import { type ServiceManager, serviceManager, serviceName } from "../../service/index.ts";
import { MARK } from "../../service/systemd-unit.ts";
import { hasCredential } from "../credential-like.ts";
import { entriesOf, factsOf, octal, open, tailOf, WRITE_OF_OTHERS } from "../file-facts.ts";
import { chmod, type Rule } from "../rule.ts";
import type { Sight } from "../sight.ts";

const MAX_BYTES = 256 * 1024;
const TELLING_CHARACTERS = 8;

/** The service that runs the gateway, where there is one. */
export const serviceRules: readonly Rule[] = [
  {
    id: "service.file-writable",
    severity: "critical",
    title: "Others can change the file of the service",
    why: "It says what is run at every start, as you.",
    mend: chmod,
    find: (sight) =>
      open(filesOf(sight), WRITE_OF_OTHERS).map(({ path, mode }) => ({
        file: path,
        found: `${path} can be changed by others (mode ${octal(mode)}).`,
        mode: 0o600,
      })),
  },
  {
    id: "service.foreign-file",
    severity: "warning",
    title: "The file of the service is not Loong's",
    why: "What it starts, and with which limits, is not what `gateway install` would have written.",
    mend: () =>
      "See what would be written with `loong gateway install --print`; take it over with `loong gateway install --force`.",
    find: (sight) =>
      unit(sight)
        .filter(({ text }) => !text.includes(MARK))
        .map(({ file }) => ({ file, found: `${file} was written by somebody else.` })),
  },
  {
    id: "service.limits-removed",
    severity: "warning",
    title: "The service runs without the limits it was installed with",
    why: "New files may be readable by others, or a fault may gain rights that the gateway does not need.",
    mend: () => "Write it anew with `loong gateway install --force`.",
    find: (sight) =>
      unit(sight)
        .filter(({ text, manager }) => text.includes(MARK) && !hasLimits(text, manager.kind))
        .map(({ file }) => ({ file, found: `${file} lacks some of its limits.` })),
  },
  {
    id: "service.secret-inside",
    severity: "warning",
    title: "A secret stands in the file of the service",
    why: "Any user may ask the system what a service is made of.",
    mend: ({ file }) => `Move it into gateway.env in the state directory (mode 600), and take it out of ${file}.`,
    find: (sight) => {
      const known = sight.secrets.map(({ value }) => value).filter((value) => value.length >= TELLING_CHARACTERS);
      return filesOf(sight)
        .filter((file) => {
          const text = tailOf(file, MAX_BYTES);
          return hasCredential(text) || known.some((secret) => text.includes(secret));
        })
        .map((file) => ({ file, found: `${file} holds a secret.` }));
    },
  },
  {
    id: "service.other-home",
    severity: "warning",
    title: "The service's environment file moves its state directory",
    why: "What you look at here, permissions and rules, is not what the service uses.",
    mend: ({ file }) =>
      `Take LOONG_HOME and LOONG_CONFIG out of ${file}, and install the service for the directory you mean.`,
    find: ({ environments }) =>
      environments.flatMap(({ file }) => {
        if (file === undefined) return [];
        const names = Object.keys(parseEnv(tailOf(file, MAX_BYTES)));
        const moving = names.filter((name) => name === "LOONG_HOME" || name === "LOONG_CONFIG");
        return moving.length === 0 ? [] : [{ file, found: `${file} sets ${moving.join(" and ")}.` }];
      }),
  },
];

interface Unit {
  readonly manager: ServiceManager;
  readonly file: string;
  readonly text: string;
}

function unit(sight: Sight): readonly Unit[] {
  const manager = managerOf(sight);
  const text = manager === undefined ? "" : tailOf(manager.file, MAX_BYTES);
  return manager === undefined || text === "" ? [] : [{ manager, file: manager.file, text }];
}

/** The file, and what was laid over it. */
function filesOf(sight: Sight): readonly string[] {
  const manager = managerOf(sight);
  if (manager === undefined) return [];
  const overrides = entriesOf(`${manager.file}.d`).filter(
    ({ kind, path }) => kind === "file" && path.endsWith(".conf"),
  );
  return [manager.file, ...overrides.map(({ path }) => path)].filter((file) => factsOf(file)?.kind === "file");
}

/** `undefined` where services are not known. */
function managerOf({ machine, paths, environments: [own] }: Sight): ServiceManager | undefined {
  if (machine.platform !== "linux" && machine.platform !== "darwin") return undefined;
  const env = own?.env ?? {};
  return serviceManager(serviceName(env, paths), { platform: machine.platform, env, userId: machine.userId ?? 0 });
}

function hasLimits(text: string, kind: ServiceManager["kind"]): boolean {
  const lines = new Set(text.split("\n").map((line) => line.trim()));
  const wanted = kind === "systemd" ? ["UMask=0077", "NoNewPrivileges=yes"] : ["<key>Umask</key>"];
  return wanted.every((line) => lines.has(line));
}
