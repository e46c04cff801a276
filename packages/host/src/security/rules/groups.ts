import { type AccessConfig, formatPath } from "@loong/config";
import { accessOfAll, isBounded } from "./access.ts";
import { type Rule, type Trace, unsetKey } from "../rule.ts";
import type { Sight } from "../sight.ts";

/** In which groups it answers, whom, and whether it has to be addressed. */
export const groupRules: readonly Rule[] = [
  {
    id: "access.groups-open",
    severity: "warning",
    title: "Every group the bot is put into is answered",
    why: "Anybody can make a group, add the bot, and be answered there.",
    mend: ({ key }) => `Answer in listed groups only: \`loong config set ${key} allowlist\`.`,
    find: (sight) =>
      openGroups(sight)
        .filter((access) => access.requireMention && access.groupAllowFrom.length === 0)
        .map(groupPolicyIsOpen),
  },
  {
    id: "access.groups-open-despite-list",
    severity: "warning",
    title: "A list of people in groups stands beside a policy that does not look at it",
    why: "It reads as if only these people were answered in groups, and everybody is.",
    mend: ({ key }) => `Let the list count: \`loong config set ${key} allowlist\`.`,
    find: (sight) =>
      openGroups(sight)
        .filter((access) => access.requireMention && access.groupAllowFrom.length > 0)
        .map(groupPolicyIsOpen),
  },
  {
    id: "access.groups-open-unaddressed",
    severity: "critical",
    title: "Every message of every group goes to the model",
    why: "Whatever anybody says in any group the bot is in is read, stored, sent to the provider and answered.",
    mend: ({ key }) => `Answer in listed groups only: \`loong config set ${key} allowlist\`.`,
    find: (sight) =>
      openGroups(sight)
        .filter(({ requireMention }) => !requireMention)
        .map(groupPolicyIsOpen),
  },
  {
    id: "access.groups-wildcard",
    severity: "warning",
    title: 'Every group is listed, by "*"',
    why: "Anybody can make a group, add the bot, and be answered there.",
    mend: ({ key }) => `List the groups you mean, and take the star away: \`loong config unset ${key}\`.`,
    find: (sight) =>
      starGroups(sight)
        .filter((access) => !isUnaddressed(access, "*"))
        .map((access) => group(access, "*", "answers in every group, to everybody")),
  },
  {
    id: "access.groups-wildcard-unaddressed",
    severity: "critical",
    title: 'Every message of every group goes to the model, by "*"',
    why: "Whatever anybody says in any group the bot is in is read, stored, sent to the provider and answered.",
    mend: ({ key }) => `List the groups you mean, and take the star away: \`loong config unset ${key}\`.`,
    find: (sight) =>
      starGroups(sight)
        .filter((access) => isUnaddressed(access, "*"))
        .map((access) => group(access, "*", "answers every message of every group")),
  },
  {
    id: "access.group-unaddressed",
    severity: "info",
    title: "Every message of a group goes to the model",
    why: "What people say to each other there is stored and sent to the provider, also when it is not meant for the bot.",
    mend: ({ key }) => `Answer only when addressed: \`loong config set ${key}.requireMention true\`.`,
    find: (sight) =>
      listedGroups(sight)
        .filter(([access, id]) => isUnaddressed(access, id))
        .map(([access, id]) => group(access, id, "is answered without being addressed")),
  },
  {
    id: "access.group-unreachable",
    severity: "info",
    title: "A group is listed that is not inside the boundary",
    why: "The boundary wins: the group is denied, and whoever reads the list believes that it is answered.",
    mend: unsetKey,
    find: (sight) =>
      listedGroups(sight)
        .filter(([{ allowedConversationIds: inside }, id]) => inside && !inside.includes(id) && !inside.includes("*"))
        .map(([access, id]) => group(access, id, "is outside allowedChatIds")),
  },
];

function openGroups(sight: Sight): readonly AccessConfig[] {
  return accessOfAll(sight).filter((access) => access.groupPolicy === "open" && !isBounded(access));
}

/** Under a policy that looks at the list, without anybody named who alone is answered. */
function starGroups(sight: Sight): readonly AccessConfig[] {
  return accessOfAll(sight).filter((access) => {
    const star = access.groups["*"];
    const isOn = star !== undefined && star.enabled !== false && star.allowFrom === undefined;
    return isOn && access.groupPolicy === "allowlist" && !isBounded(access);
  });
}

function listedGroups(sight: Sight): readonly (readonly [AccessConfig, string])[] {
  return accessOfAll(sight)
    .filter(({ groupPolicy }) => groupPolicy === "allowlist")
    .flatMap((access) =>
      Object.entries(access.groups)
        .filter(([id, { enabled }]) => id !== "*" && enabled !== false)
        .map(([id]) => [access, id] as const),
    );
}

function isUnaddressed({ groups, requireMention }: AccessConfig, id: string): boolean {
  return !(groups[id]?.requireMention ?? requireMention);
}

function groupPolicyIsOpen({ configPath }: AccessConfig): Trace {
  return { key: `${configPath}.groupPolicy`, found: `${configPath} answers in every group.` };
}

function group({ configPath }: AccessConfig, id: string, what: string): Trace {
  const key = `${configPath}.${formatPath(["groups", id])}`;
  return { key, found: `${key} ${what}.` };
}
