import { type AccessConfig, type AccountConfig, formatPath } from "@loong/config";
import type { Rule, Trace } from "../rule.ts";
import type { Sight } from "../sight.ts";

/** Keys of lists in which a star is only a star. */
const PLAIN_LISTS = ["groupAllowFrom", "allowedSenderIds"] as const;

/** Who may write in private, and whom the lists name. */
export const accessRules: readonly Rule[] = [
  {
    id: "access.dm-open",
    severity: "warning",
    title: "Anybody may write in private",
    why: "Whoever finds the bot can use your model and try to talk it into what it should not do.",
    mend: ({ key }) => `Let strangers ask first: \`loong config set ${key} pairing\`.`,
    find: (sight) =>
      openAccounts(sight)
        .filter(({ access }) => access.allowFrom.length === 0)
        .map(dmPolicyIsOpen),
  },
  {
    id: "access.dm-open-wildcard",
    severity: "warning",
    title: 'Anybody may write in private, by the policy and by "*"',
    why: "Whoever finds the bot can use your model and try to talk it into what it should not do.",
    mend: ({ key }) =>
      `Run \`loong config unset ${key}.allowFrom\`, then \`loong config set ${key}.dmPolicy pairing\`: strangers ask first.`,
    find: (sight) =>
      openAccounts(sight)
        .filter(({ access }) => access.allowFrom.includes("*"))
        .map((account) => ({ ...dmPolicyIsOpen(account), key: account.configPath })),
  },
  {
    id: "access.dm-open-despite-list",
    severity: "warning",
    title: "A list of people stands beside a policy that does not look at it",
    why: "It reads as if only these people were answered, and everybody is.",
    mend: ({ key }) => `Let the list count: \`loong config set ${key} allowlist\`.`,
    find: (sight) =>
      openAccounts(sight)
        .filter(({ access }) => access.allowFrom.length > 0 && !access.allowFrom.includes("*"))
        .map(dmPolicyIsOpen),
  },
  {
    id: "access.boundary-wildcard",
    severity: "critical",
    title: "The boundary of conversations lets every conversation in, and no policy is written",
    why: "Inside the boundary and without a policy everybody is answered, in private and in every group.",
    mend: ({ key }) => `List the conversations you mean: \`loong config set ${key} '["…"]'\`.`,
    find: (sight) =>
      accessOfAll(sight)
        .filter(({ allowedConversationIds: ids }) => ids?.includes("*") === true)
        .filter(({ dmPolicyWritten, groupPolicyWritten }) => !dmPolicyWritten || !groupPolicyWritten)
        .map((access) => inList(access, "allowedConversationIds", 'has "*"')),
  },
  {
    id: "access.wildcard-without-effect",
    severity: "info",
    title: "A star in a list that knows no stars",
    why: "It lets nobody in, and whoever reads it believes that it lets everybody in.",
    mend: ({ key }) => `Name people by their ids in ${key}, or remove the star with \`loong config edit\`.`,
    find: (sight) =>
      accessOfAll(sight).flatMap((access) => [
        ...PLAIN_LISTS.filter((key) => access[key]?.includes("*") === true).map((key) =>
          inList(access, key, 'has "*", which stands for nobody'),
        ),
        ...Object.entries(access.groups)
          .filter(([, { allowFrom }]) => allowFrom?.includes("*") === true)
          .map(([id]) => inList(access, formatPath(["groups", id, "allowFrom"]), 'has "*", which stands for nobody')),
      ]),
  },
  {
    id: "access.name-like-id",
    severity: "warning",
    title: "An entry of a list looks like the name of a person, not like an id",
    why: "Names and addresses can be given to somebody else, who would then be let in.",
    mend: ({ key }) => `Put the unchanging id into ${key}; \`loong logs\` shows it when that person writes.`,
    find: (sight) =>
      accessOfAll(sight).flatMap((access) =>
        listsOf(access)
          .filter(([, ids]) => ids.some(looksLikeName))
          .map(([key]) => inList(access, key, "has an entry that looks like a name or an address")),
      ),
  },
  {
    id: "access.allow-from-outside-boundary",
    severity: "info",
    title: "People are named who are not inside the boundary",
    why: "The boundary wins: who is in allowFrom and not in allowedSenderIds is denied, whatever the list seems to say.",
    mend: ({ key }) => `Add them to allowedSenderIds, or take them out of ${key}, with \`loong config edit\`.`,
    find: (sight) =>
      accessOfAll(sight)
        .filter(({ allowFrom, allowedSenderIds: inside }) => inside && allowFrom.some((id) => !inside.includes(id)))
        .map((access) => inList(access, "allowFrom", "names people outside allowedSenderIds")),
  },
];

function openAccounts({ accounts }: Sight): readonly AccountConfig[] {
  return accounts
    .map(({ account }) => account)
    .filter(({ access }) => access.dmPolicy === "open" && !isBounded(access));
}

/** Somebody listed who may come in at all. */
export function isBounded({ allowedConversationIds: places, allowedSenderIds: senders }: AccessConfig): boolean {
  return senders !== undefined || (places !== undefined && !places.includes("*"));
}

function dmPolicyIsOpen({ configPath, channel, id }: AccountConfig): Trace {
  return { key: `${configPath}.dmPolicy`, found: `Everybody who can write to ${channel}/${id} is answered.` };
}

export function accessOfAll({ accounts }: Sight): readonly AccessConfig[] {
  return accounts.map(({ account }) => account.access);
}

function inList({ configPath }: AccessConfig, key: string, what: string): Trace {
  const path = `${configPath}.${key}`;
  return { key: path, found: `${path} ${what}.` };
}

function listsOf({ allowFrom, groupAllowFrom, allowedSenderIds = [], groups }: AccessConfig) {
  const ofGroups = Object.entries(groups).map(
    ([id, group]) => [formatPath(["groups", id, "allowFrom"]), group.allowFrom ?? []] as const,
  );
  const own = { allowFrom, groupAllowFrom, allowedSenderIds };
  return [...Object.entries(own), ...ofGroups];
}

/** Ids of platforms have neither blanks nor letters beyond ASCII, and are no mail addresses; `@name` is refused by the config. */
function looksLikeName(entry: string): boolean {
  return /\s|[^\p{ASCII}]|.@./u.test(entry);
}
