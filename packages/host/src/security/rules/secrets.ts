import { type ConfigText, weakness } from "@loong/config";
import { hasCredential } from "../credential-like.ts";
import { type Rule, type Trace, unsetKey } from "../rule.ts";
import type { KnownSecret, Sight } from "../sight.ts";

const SHORT_CHARACTERS = 16;
/** Of a random text of 16 hexadecimal digits, fewer than 6 different ones are one case in millions. */
const FEW_DIFFERENT = 6;
/** Shorter texts stand in others by chance. */
const TELLING_CHARACTERS = 8;
const FILLERS =
  /^(?:your|test|dummy|example|sample|placeholder|todo|fixme|insert|replace)[-_ ]|^<.*>$|^(?:x{4,}|\*{4,}|\.{3,})/i;
const WORDS = /^(?:secret|password|passw0rd|token|apikey|api[-_]key|test|admin|letmein|example|placeholder)\d*$/i;

/** Whether secrets are secret, each of its own, and where they are kept. */
export const secretRules: readonly Rule[] = [
  {
    id: "secrets.inline-in-config",
    severity: "warning",
    title: "A secret stands in the config file",
    why: "It goes wherever the file goes: copies, repositories, screens, questions in a forum.",
    mend: ({ key }) =>
      `Keep it elsewhere: \`loong config set ${key} --env NAME\`, or in a file of mode 600: \`loong config set ${key} '{"file": "PATH"}'\`.`,
    find: (sight) =>
      inline(sight)
        .filter((text) => !isUnknown(text, sight))
        .map((text) => at(text, "holds a secret itself")),
  },
  {
    id: "secrets.inline-in-unknown-block",
    severity: "warning",
    title: "A secret stands in a block that no plugin knows",
    why: "A plugin that was removed leaves its secrets behind, and nobody looks after them.",
    mend: ({ key }) =>
      `Remove what is not used: \`loong config unset ${key} --allow-loss\`; then have the secret changed where it was issued.`,
    find: (sight) =>
      inline(sight)
        .filter((text) => isUnknown(text, sight))
        .map((text) => ({ ...at(text, "looks like a secret"), key: `channels.${text.canonical[1] ?? ""}` })),
  },
  {
    id: "secrets.placeholder",
    severity: "critical",
    title: "A secret is none: a word that stands for one, or what nobody could have issued",
    why: "It is among the first that anybody would try.",
    mend: ({ key }) =>
      `Put the real one there; one of your own choice comes from \`openssl rand -hex 32\`. The key is ${key}.`,
    find: ({ secrets }) =>
      secrets
        .filter(isPlaceholder)
        .map((secret) => at(secret, `is ${weakness(secret.value) ?? "a word that stands for a secret"}`)),
  },
  {
    id: "secrets.short",
    severity: "warning",
    title: `A secret has fewer than ${SHORT_CHARACTERS} characters`,
    why: "Short ones can be found by trying.",
    mend: ({ key }) => `Choose a longer one, as \`openssl rand -hex 32\` makes it. The key is ${key}.`,
    find: ({ secrets }) =>
      secrets
        .filter((secret) => isReal(secret) && secret.value.length < SHORT_CHARACTERS)
        .map((secret) => at(secret, `has ${secret.value.length} characters`)),
  },
  {
    id: "secrets.guessable",
    severity: "warning",
    title: "A secret repeats a few characters or counts up",
    why: "Such texts are among the first that are tried.",
    mend: ({ key }) => `Choose a random one, as \`openssl rand -hex 32\` makes it. The key is ${key}.`,
    find: ({ secrets }) =>
      secrets
        .filter((secret) => isReal(secret) && secret.value.length >= SHORT_CHARACTERS && isGuessable(secret.value))
        .map((secret) => at(secret, "has hardly any variety")),
  },
  {
    id: "secrets.reused-for-two-purposes",
    severity: "critical",
    title: "One secret serves two purposes",
    why: "Who learns it at one place can use it at the other, and neither can be changed alone.",
    mend: ({ key }) => `Give ${key} one of its own.`,
    find: ({ secrets }) =>
      pairs(secrets, (one, other) => purposeOf(one) !== purposeOf(other)).map(([secret, twin]) =>
        at(secret, `is the same as ${twin.path}`),
      ),
  },
  {
    id: "secrets.shared-by-accounts",
    severity: "warning",
    title: "Two accounts have one secret",
    why: "What is signed for one is good for the other, and a leak at one is a leak at both.",
    mend: ({ key }) => `Give each account its own: change ${key}.`,
    find: ({ secrets }) =>
      pairs(secrets, (one, other) => one.canonical[0] === "channels" && purposeOf(one) === purposeOf(other)).map(
        ([secret, twin]) => at(secret, `is the same as ${twin.path}`),
      ),
  },
  {
    id: "secrets.previous-still-good",
    severity: "info",
    title: "An old secret is still good",
    why: "Changing a secret ends a leak only when the old one is no longer taken.",
    mend: unsetKey,
    find: ({ texts }) =>
      texts
        .filter(({ isSecret, canonical }) => isSecret && /^previous/i.test(canonical.at(-1) ?? ""))
        .map((text) => at(text, "is taken besides the new one")),
  },
  {
    id: "secrets.unused-provider-key",
    severity: "info",
    title: "A provider that does not answer has a key",
    why: "A key that nobody uses is a key whose theft nobody notices.",
    mend: ({ key }) => `If it is no longer needed: \`loong config unset ${key}\`, and revoke it where it was issued.`,
    find: ({ texts, config }) => {
      const active = config.source.parts.tree.value["activeProvider"];
      return texts
        .filter(({ isSecret, canonical: [top, name] }) => isSecret && top === "providers" && name !== active)
        .filter(() => typeof active === "string")
        .map((text) => at(text, "belongs to a provider that is not in use"));
    },
  },
  {
    id: "secrets.in-plain-key",
    severity: "critical",
    title: "A secret stands in a text that is shown",
    why: "Names, prompts and addresses are said to people, to the model or in the log.",
    mend: ({ key }) => `Take it out of ${key}, and have it changed where it was issued.`,
    find: (sight) => telling(sight, (key) => !isPromptKey(key), "holds a secret in the open"),
  },
  {
    id: "secrets.in-prompt",
    severity: "critical",
    title: "A secret stands in what the model is told",
    why: "The model tells it to whoever asks cleverly, and the provider has it already.",
    mend: ({ key }) => `Take it out of ${key}, and have it changed where it was issued.`,
    find: (sight) => telling(sight, isPromptKey, "tells the model a secret"),
  },
];

function at({ path }: Pick<ConfigText, "path">, what: string): Trace {
  return { key: path, found: `${path} ${what}.` };
}

function inline({ texts }: Sight): readonly ConfigText[] {
  return texts.filter(({ isSecret, from }) => isSecret && from === undefined);
}

function isUnknown({ canonical: [top, channel = ""] }: ConfigText, { config }: Sight): boolean {
  return top === "channels" && config.unknownChannels.includes(channel);
}

function isPlaceholder({ value, schema }: KnownSecret): boolean {
  const examples = Array.isArray(schema["examples"]) ? schema["examples"] : [];
  return weakness(value) !== undefined || examples.includes(value) || FILLERS.test(value) || WORDS.test(value);
}

/** A placeholder is short and guessable too, which then is beside the point. */
function isReal(secret: KnownSecret): boolean {
  return !isPlaceholder(secret);
}

function isGuessable(value: string): boolean {
  return (
    new Set(value).size < FEW_DIFFERENT ||
    "0123456789abcdefghijklmnopqrstuvwxyz0123456789".includes(value.toLowerCase())
  );
}

/** Each secret that an earlier one already is, with that earlier one. */
function pairs(
  secrets: readonly KnownSecret[],
  counts: (one: KnownSecret, other: KnownSecret) => boolean,
): readonly (readonly [KnownSecret, KnownSecret])[] {
  return secrets.filter(isReal).flatMap((secret, index, all) => {
    const twin = all
      .slice(0, index)
      .find((other) => other.value === secret.value && other.path !== secret.path && counts(secret, other));
    return twin === undefined ? [] : [[secret, twin] as const];
  });
}

/** What it is for, whichever account or provider has it: one key may be good for several plans of a provider. */
function purposeOf({ canonical }: KnownSecret): string {
  const [top = "", name = ""] = canonical;
  return [top, ...(top === "channels" ? [name] : []), canonical.at(-1) ?? ""].join(".");
}

function isPromptKey(key: string): boolean {
  return /prompt$/i.test(key);
}

/** Those in which a secret stands that is known, or something that looks like one. */
async function telling(
  { texts, secrets }: Sight,
  isMeant: (key: string) => boolean,
  what: string,
): Promise<readonly Trace[]> {
  const known = secrets.map(({ value }) => value).filter((value) => value.length >= TELLING_CHARACTERS);
  const found = await Promise.all(
    texts
      .filter(({ isSecret, from, canonical }) => !isSecret && from === undefined && isMeant(canonical.at(-1) ?? ""))
      .map(async (text) => {
        const value = (await text.read()) ?? "";
        const tells = hasCredential(value) || known.some((secret) => value.includes(secret));
        return tells ? [at(text, what)] : [];
      }),
  );
  return found.flat();
}
