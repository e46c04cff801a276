import { isSecret, propertiesOf } from "@loong/config";
import { formatBind, parseBind } from "../../http/bind.ts";
import type { Rule } from "../rule.ts";
import { keyOf, listOf, takesWebhooks, textOf, valueOf } from "../served-values.ts";
import type { ServedAccount, Sight } from "../sight.ts";

/** What comes in over HTTP, and what pages of others may do with it. */
export const webhookRules: readonly Rule[] = [
  {
    id: "webhooks.unsigned",
    severity: "critical",
    title: "An account takes requests and has nothing to know the platform by",
    why: "Anybody could forge messages, so the account takes none until a secret is there.",
    mend: ({ key }) => `Set the secret that the platform signs with: ${key}.`,
    find: ({ accounts }) =>
      accounts.filter(takesWebhooks).flatMap((account) => {
        const keys = proofs(account);
        if (keys.length === 0 || keys.some((key) => isSet(account, key))) return [];
        const [key = ""] = keys;
        return [{ key: keyOf(account, key), found: `${account.account.configPath} has none of ${keys.join(", ")}.` }];
      }),
  },
  {
    id: "webhooks.path-shared",
    severity: "critical",
    title: "Two accounts take requests at one address",
    why: "What is meant for one could be taken for the other, so the second does not start.",
    mend: ({ key }) => `Give it a path of its own: \`loong config set ${key} /…\`.`,
    find: (sight) => sharedPlaces(sight),
  },
  {
    id: "webhooks.any-origin",
    severity: "critical",
    title: "Pages of every website may use the chat page",
    why: "Any site that a visitor opens can write in the visitor's name.",
    mend: ({ key }) => `Name the sites you mean in ${key}.`,
    find: (sight) => origins(sight, (origin) => origin.includes("*"), "lets every website in"),
  },
  {
    id: "webhooks.plain-origin",
    severity: "warning",
    title: "A page that is allowed is not protected by TLS",
    why: "Whoever is on the way can change that page and write in the visitor's name.",
    mend: ({ key }) => `Serve that site over https and say so in ${key}.`,
    find: (sight) =>
      origins(
        sight,
        (origin) => /^(?:http|ws):\/\/(?!localhost\b|127\.|\[::1\])/i.test(origin) && !origin.includes("*"),
        "names a site without https",
      ),
  },
  {
    id: "webhooks.page-without-token",
    severity: "warning",
    title: "Everybody who finds the chat page may open it",
    why: "It is reached from beyond this machine and asks for no access token.",
    mend: ({ key }) => `Run \`loong config set ${key} --env NAME\` with a token of 16 characters or more.`,
    find: ({ accounts }) =>
      accounts.flatMap((account) => {
        const isPublic = listOf(account, "allowedOrigins").length > 0;
        const takesToken = propertiesOf(account.schema)["accessToken"] !== undefined;
        if (!isPublic || !takesToken || isSet(account, "accessToken")) return [];
        return [{ key: keyOf(account, "accessToken"), found: `${account.account.configPath} has no accessToken.` }];
      }),
  },
];

/** Secrets that an account has beside its own credentials: in a mode with requests, the platform's requests carry them. */
function proofs({ schema }: ServedAccount): readonly string[] {
  const secrets = Object.entries(propertiesOf(schema)).filter(([, property]) => isSecret(property));
  const names = secrets.map(([key]) => key);
  return propertiesOf(schema)["mode"] === undefined ? [] : names.slice(1);
}

function isSet({ written, schema, env }: ServedAccount, key: string): boolean {
  if (written[key] !== undefined || written[`${key}File`] !== undefined) return true;
  const names = propertiesOf(schema)[key]?.["env"];
  return Array.isArray(names) && names.some((name) => typeof name === "string" && (env[name] ?? "") !== "");
}

function sharedPlaces({ accounts, config }: Sight) {
  const taken = new Map<string, string>();
  return accounts.filter(takesWebhooks).flatMap((account) => {
    const place = `${bindOf(account, config.gateway)}${textOf(account, "webhookPath") ?? ""}`;
    const owner = taken.get(place);
    if (owner !== undefined)
      return [{ key: keyOf(account, "webhookPath"), found: `${place} is the address of ${owner} too.` }];
    taken.set(place, account.account.configPath);
    return [];
  });
}

function bindOf(account: ServedAccount, gateway: { readonly bind: string; readonly port: number }): string {
  const own = textOf(account, "webhookBind");
  try {
    return formatBind(own === undefined ? { host: gateway.bind, port: gateway.port } : parseBind(own));
  } catch {
    return own ?? "";
  }
}

function origins({ accounts }: Sight, isWrong: (origin: string) => boolean, what: string) {
  return accounts.flatMap((account) =>
    Object.keys(propertiesOf(account.schema))
      .filter((key) => /origins$|ancestors$/i.test(key) && Array.isArray(valueOf(account, key)))
      .filter((key) => listOf(account, key).some(isWrong))
      .map((key) => ({ key: keyOf(account, key), found: `${keyOf(account, key)} ${what}.` })),
  );
}
