import { type ConfigText, propertiesOf } from "@loong/config";
import { holdsCredentials, isPlain } from "../address.ts";
import { type Rule, type Trace, unsetKey } from "../rule.ts";
import { keyOf } from "../served-values.ts";
import type { Sight } from "../sight.ts";

/** Where accounts and the agent connect to. */
export const networkRules: readonly Rule[] = [
  {
    id: "network.plain-http",
    severity: "warning",
    title: "An address without TLS beyond this machine",
    why: "The key and everything that is said can be read and changed on the way.",
    mend: ({ key }) => `Run \`loong config set ${key} https://…\`.`,
    find: (sight) => addresses(sight, isPlain, "is an address without TLS"),
  },
  {
    id: "network.credentials-in-url",
    severity: "warning",
    title: "An address has a password or a token in it",
    why: "Addresses end up in logs, errors and proxies.",
    mend: ({ key }) => `Take it out of ${key}, and put it into a key that is kept secret.`,
    find: (sight) => addresses(sight, holdsCredentials, "holds a password or a token"),
  },
  {
    id: "network.plain-http-allowed",
    severity: "warning",
    title: "An account may speak without TLS beyond this machine",
    why: "Everybody on the way can read along.",
    mend: ({ key }) => `Use https and take the permission back: \`loong config unset ${key}\`.`,
    find: (sight) => permissions(sight, "allowHttp", "lets an address be http"),
  },
  {
    id: "network.private-hosts-allowed",
    severity: "warning",
    title: "An account may connect into the private network",
    why: "Who can change its address can make the gateway call what only this machine reaches.",
    mend: unsetKey,
    find: (sight) => permissions(sight, "allowPrivateHosts", "lets an address be in a private network"),
  },
  {
    id: "network.platform-address-changed",
    severity: "info",
    title: "Credentials go to another address than the platform's",
    why: "Whoever runs that server has the credentials, reads everything, and can write as anybody.",
    mend: ({ key }) => `Unless it is a private deployment you trust: \`loong config unset ${key}\`.`,
    find: ({ texts }) =>
      texts
        .filter(({ canonical: [top], isSecret, from }) => top === "channels" && !isSecret && from === undefined)
        .filter(({ canonical }) => isOutward(canonical.at(-1) ?? ""))
        .map(({ path }) => ({ key: path, found: `${path} replaces the platform's own address.` })),
  },
  {
    id: "network.address-from-environment",
    severity: "warning",
    title: "The environment says where credentials go",
    why: "Nothing in the config file shows it, and whoever sets a variable chooses who gets them.",
    mend: ({ key }) => `Write it into ${key}, where it can be seen, and unset the variable.`,
    find: ({ texts }) =>
      texts.flatMap(({ from, path, canonical, schema }) => {
        const names = Array.isArray(schema["env"]) ? schema["env"] : [];
        const isAddress = isOutward(canonical.at(-1) ?? "") && from?.kind === "env" && names.includes(from.name);
        return isAddress ? [{ key: path, found: `${from.name} stands for ${path}.` }] : [];
      }),
  },
];

/** Keys for an address that is connected to in the place of the usual one. */
function isOutward(key: string): boolean {
  return key === "baseUrl" || key === "websocketUrl";
}

/** Texts in the file that are addresses and no secrets. */
async function addresses(
  { texts, config }: Sight,
  isWrong: (url: URL) => boolean,
  what: string,
): Promise<readonly Trace[]> {
  const plain = texts.filter(
    ({ canonical: [top], isSecret }) => !isSecret && (top === "channels" || top === "providers"),
  );
  const known = plain.filter(({ canonical }) => !config.unknownChannels.includes(canonical[1] ?? ""));
  const judged = await Promise.all(known.map(async (text) => ({ text, url: URL.parse((await text.read()) ?? "") })));
  return judged
    .filter(({ text, url }) => url !== null && isUrlKey(text) && isWrong(url))
    .map(({ text: { path } }) => ({ key: path, found: `${path} ${what}.` }));
}

function isUrlKey({ canonical }: ConfigText): boolean {
  return /url$/i.test(canonical.at(-1) ?? "");
}

function permissions({ accounts }: Sight, key: string, what: string): readonly Trace[] {
  return accounts
    .filter((account) => propertiesOf(account.schema)[key] !== undefined && account.written[key] === true)
    .map((account) => ({ key: keyOf(account, key), found: `${keyOf(account, key)} ${what}.` }));
}
