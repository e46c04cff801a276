import { delimiter, isAbsolute } from "node:path";
import { checkNode } from "../../doctor/node-version.ts";
import { EVERYBODY_WRITES, factsOf, octal, WRITE_OF_OTHERS } from "../file-facts.ts";
import type { Rule, Trace } from "../rule.ts";
import type { Sight, Surroundings } from "../sight.ts";

/** What the environment makes of Node and of this command. */
export const environmentRules: readonly Rule[] = [
  {
    id: "environment.root",
    severity: "info",
    title: "Loong runs as root",
    why: "Whatever goes wrong in it goes wrong for the whole machine.",
    mend: () => "Make a user of its own, and run `loong gateway install` as that one.",
    find: ({ machine }) => (machine.isRoot ? [{ found: "This command runs as root." }] : []),
  },
  {
    id: "environment.node-unpatched",
    severity: "info",
    title: "Node lacks security fixes",
    why: "Its holes are known and described.",
    mend: () => "Install the newest release of the same major version.",
    find: ({ machine }) => {
      const { level, detail } = checkNode(machine.nodeVersion);
      return level === "ok" ? [] : [{ found: detail }];
    },
  },
  {
    id: "environment.tls-unverified",
    severity: "critical",
    title: "Certificates are not checked",
    why: "Anybody on the way can be the platform or the provider, and gets the credentials.",
    mend: unsetVariable,
    find: (sight) => variables(sight, "NODE_TLS_REJECT_UNAUTHORIZED", (value) => value === "0", "is 0"),
  },
  {
    id: "environment.tls-weakened",
    severity: "warning",
    title: "Old and broken TLS is spoken",
    why: "What was encrypted that way can be read.",
    mend: unsetVariable,
    find: (sight) =>
      nodeOptions(sight, /^--(?:tls-min-v1\.[01]|tls-cipher-list|openssl-legacy-provider|openssl-shared-config)\b/),
  },
  {
    id: "environment.tls-keys-logged",
    severity: "critical",
    title: "The keys of connections are written to a file",
    why: "With them, everything that was recorded on the way can be read.",
    mend: unsetVariable,
    find: (sight) => [
      ...nodeOptions(sight, /^--tls-keylog\b/),
      ...variables(sight, "SSLKEYLOGFILE", (value) => value !== "", "names a file"),
    ],
  },
  {
    id: "environment.inspector",
    severity: "critical",
    title: "A debugger may connect",
    why: "Who connects runs code as you; the port asks for no password.",
    mend: unsetVariable,
    find: (sight) => nodeOptions(sight, /^--(?:inspect|debug)/),
  },
  {
    id: "environment.code-preloaded",
    severity: "warning",
    title: "Other code is loaded before Loong",
    why: "It sees every secret, and nobody compares it with anything.",
    mend: unsetVariable,
    find: (sight) => nodeOptions(sight, /^(?:-r|--require|--import|--loader|--experimental-loader)\b/),
  },
  {
    id: "environment.http-lenient",
    severity: "warning",
    title: "Malformed HTTP is taken",
    why: "It lets one request be smuggled inside another, past the proxy that was to stop it.",
    mend: unsetVariable,
    find: (sight) => nodeOptions(sight, /^--insecure-http-parser\b/),
  },
  {
    id: "environment.fixes-reverted",
    severity: "warning",
    title: "A security fix of Node is taken back",
    why: "Its hole is known and described.",
    mend: unsetVariable,
    find: (sight) => nodeOptions(sight, /^--security-revert\b/),
  },
  {
    id: "environment.memory-dumped",
    severity: "warning",
    title: "Memory and environment are written to files",
    why: "Every secret is in such a file, and it lies where nobody looks.",
    mend: unsetVariable,
    find: (sight) =>
      nodeOptions(sight, /^--(?:heapsnapshot|heap-prof|report-(?:on|uncaught)|abort-on-uncaught|diagnostic-dir)/),
  },
  {
    id: "environment.node-debug",
    severity: "warning",
    title: "Node prints what it sends",
    why: "Headers with tokens and the words of people go to the terminal or the service's log.",
    mend: unsetVariable,
    find: (sight) =>
      variables(
        sight,
        "NODE_DEBUG",
        (value) => /\b(?:http2?|https|net|tls|fetch|undici|stream|websocket)\b/i.test(value),
        "names the network",
      ),
  },
  {
    id: "environment.debug",
    severity: "info",
    title: "Errors are printed with their stack",
    why: "Stacks show paths and versions, and are pasted into forums.",
    mend: unsetVariable,
    find: (sight) => variables(sight, "LOONG_DEBUG", (value) => value !== "", "is set"),
  },
  {
    id: "environment.proxy-password",
    severity: "warning",
    title: "The address of the proxy has a password in it",
    why: "Every plugin's process is told the address of the proxy, password and all.",
    mend: unsetVariable,
    find: (sight) =>
      ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"].flatMap((name) =>
        variables(sight, name, (value) => (URL.parse(value)?.password ?? "") !== "", "holds a password"),
      ),
  },
  {
    id: "environment.certificates-replaceable",
    severity: "critical",
    title: "Others can change the certificates that are trusted",
    why: "Who adds one can be the platform or the provider, and gets the credentials.",
    mend: ({ file }) => `Run \`chmod go-w ${file}\`.`,
    find: ({ environments }) =>
      environments.flatMap(({ env }) =>
        ["NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "SSL_CERT_DIR"].flatMap((name) => {
          const facts = factsOf(env[name] || "/dev/null");
          if (
            facts === undefined ||
            facts.kind === "other" ||
            facts.kind === "link" ||
            (facts.mode & WRITE_OF_OTHERS) === 0
          )
            return [];
          return [
            { key: name, file: facts.path, found: `${facts.path}, which ${name} names, can be changed by others.` },
          ];
        }),
      ),
  },
  {
    id: "environment.path-open",
    severity: "critical",
    title: "Programs are looked for where others put theirs",
    why: "Commands that give secrets, and npm, are found there by name and run as you.",
    mend: ({ file }) => `Run \`chmod go-w ${file}\`, or take it out of PATH.`,
    find: (sight) =>
      searched(sight).flatMap(({ folder, where }) => {
        const facts = isAbsolute(folder) ? factsOf(folder) : undefined;
        if (facts?.kind !== "folder" || (facts.mode & EVERYBODY_WRITES) === 0) return [];
        const found = `PATH has ${folder} in ${where}, which everybody may write to (mode ${octal(facts.mode)}).`;
        return [{ key: "PATH", file: folder, found }];
      }),
  },
  {
    id: "environment.path-relative",
    severity: "warning",
    title: "Programs are looked for wherever one happens to be",
    why: "Who puts a file into that folder chooses what is run.",
    mend: ({ key }) => `Take what is no absolute path out of ${key}; an empty part is one too.`,
    find: (sight) =>
      searched(sight)
        .filter(({ folder }) => !isAbsolute(folder))
        .map(({ folder, where }) => ({ key: "PATH", found: `PATH has "${folder}" in ${where}.` })),
  },
];

function unsetVariable({ key }: { readonly key: string }): string {
  return `Unset ${key}, in the shell and in gateway.env.`;
}

function variables(
  { environments }: Sight,
  name: string,
  isWrong: (value: string) => boolean,
  what: string,
): readonly Trace[] {
  return environments
    .filter(({ env }) => isWrong(env[name] ?? ""))
    .map((where) => ({ ...at(where, name), found: `${name} ${what} in ${where.name}.` }));
}

/** The words that Node itself would read. */
function nodeOptions({ environments }: Sight, pattern: RegExp): readonly Trace[] {
  return environments.flatMap((where) => {
    const options = (where.env["NODE_OPTIONS"] ?? "").split(/\s+/).map((word) => word.replace(/^["']/, ""));
    const found = options.find((word) => pattern.test(word))?.replace(/=.*$/, "");
    return found === undefined
      ? []
      : [{ ...at(where, "NODE_OPTIONS"), found: `NODE_OPTIONS has ${found} in ${where.name}.` }];
  });
}

function at({ file }: Surroundings, key: string): Pick<Trace, "key" | "file"> {
  return { key, ...(file === undefined ? {} : { file }) };
}

/** Where programs are looked for. */
function searched({ environments }: Sight): readonly { readonly folder: string; readonly where: string }[] {
  return environments.flatMap(({ env, name }) => {
    const folders = env["PATH"] === undefined ? [] : env["PATH"].split(delimiter);
    return [...new Set(folders)].map((folder) => ({ folder, where: name }));
  });
}
