import type { DmPolicy, GroupPolicy, PolicySupport } from "@loong/sdk";
import { configErrors } from "../errors.ts";
import { formatPath } from "../key-path.ts";
import { problemOf } from "../problem.ts";
import { isPlainObject, type PlainObject } from "../source/document.ts";
import type { AccessConfig, ConfigProblem, GroupAccessConfig, KeyPath } from "../types.ts";
import type { AccountDraft } from "./drafts.ts";

type Place = (canonical: KeyPath) => Pick<ConfigProblem, "file" | "line" | "column" | "path">;

/** Who may speak. Whatever is not what it should be counts as the narrowest: nobody, disabled, only when mentioned. */
export function accessOf(draft: AccountDraft, configPath: string): AccessConfig {
  const { manifest, values } = draft;
  const conversations = boundary(values["allowedConversationIds"]);
  const senders = boundary(values["allowedSenderIds"]);
  return {
    dmPolicy: policy<DmPolicy>(values["dmPolicy"], manifest.dmPolicy),
    groupPolicy: policy<GroupPolicy>(values["groupPolicy"], manifest.groupPolicy),
    dmPolicyWritten: values["dmPolicy"] !== undefined,
    groupPolicyWritten: values["groupPolicy"] !== undefined,
    allowFrom: ids(values["allowFrom"]),
    groupAllowFrom: ids(values["groupAllowFrom"]),
    groups: groupsOf(values["groups"]),
    requireMention: values["requireMention"] !== false,
    ...(conversations === undefined ? {} : { allowedConversationIds: conversations }),
    ...(senders === undefined ? {} : { allowedSenderIds: senders }),
    configPath,
  };
}

/** What is wrong with the lists themselves. */
export function accessProblems(draft: AccountDraft, access: AccessConfig, place: Place): readonly ConfigProblem[] {
  const at = (...path: readonly [string, ...string[]]): KeyPath => [...draft.origin(path[0]), ...path];
  const groups = Object.entries(access.groups).map(
    ([id, group]) => [at("groups", id, "allowFrom"), group.allowFrom] as const,
  );
  const lists: readonly (readonly [KeyPath, readonly string[] | undefined])[] = [
    [at("allowFrom"), access.allowFrom],
    [at("groupAllowFrom"), access.groupAllowFrom],
    [at("allowedConversationIds"), access.allowedConversationIds],
    [at("allowedSenderIds"), access.allowedSenderIds],
    ...groups,
  ];
  return [
    ...emptyBoundaries(draft, access, at, place),
    ...wildcard(access, at("allowFrom"), place),
    ...lists.flatMap(([path, list]) => entryProblems(path, list ?? [], place)),
  ];
}

function emptyBoundaries(
  draft: AccountDraft,
  access: AccessConfig,
  at: (key: string) => KeyPath,
  place: Place,
): readonly ConfigProblem[] {
  const boundaries = ["allowedConversationIds", "allowedSenderIds"] as const;
  return boundaries
    .filter((key) => Array.isArray(draft.values[key]) && access[key]?.length === 0)
    .map((key) => {
      const found = place(at(key));
      return problemOf(configErrors.CONFIG_BOUNDARY_EMPTY([found.path ?? key]), found);
    });
}

function wildcard(access: AccessConfig, path: KeyPath, place: Place): readonly ConfigProblem[] {
  if (!access.allowFrom.includes("*") || (access.dmPolicy !== "pairing" && access.dmPolicy !== "allowlist")) return [];
  const found = place(path);
  return [problemOf(configErrors.CONFIG_ALLOW_WILDCARD([found.path ?? formatPath(path), access.dmPolicy]), found)];
}

function entryProblems(path: KeyPath, list: readonly string[], place: Place): readonly ConfigProblem[] {
  return list.flatMap((entry, index) => {
    if (entry !== "" && !entry.startsWith("@")) return [];
    const found = { ...place([...path, String(index)]), path: place(path).path ?? formatPath(path) };
    const error =
      entry === ""
        ? configErrors.CONFIG_ALLOW_BLANK([found.path])
        : configErrors.CONFIG_ALLOW_MUTABLE_ID([found.path, entry]);
    return [problemOf(error, found)];
  });
}

function policy<Policy extends string>(value: unknown, support: PolicySupport<Policy>): Policy {
  if (value === undefined) return support.default;
  return support.supported.find((candidate) => candidate === value) ?? ("disabled" as Policy);
}

function boundary(value: unknown): readonly string[] | undefined {
  return value === undefined ? undefined : ids(value);
}

function ids(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string").map((item) => item.trim()) : [];
}

function groupsOf(value: unknown): Readonly<Record<string, GroupAccessConfig>> {
  if (!isPlainObject(value)) return {};
  return Object.fromEntries(
    Object.entries(value).map(([id, group]) => [id, isPlainObject(group) ? groupOf(group) : { enabled: false }]),
  );
}

function groupOf(group: PlainObject): GroupAccessConfig {
  const { enabled, requireMention, allowFrom, systemPrompt } = group;
  return {
    ...(enabled === undefined ? {} : { enabled: enabled === true }),
    ...(requireMention === undefined ? {} : { requireMention: requireMention !== false }),
    ...(allowFrom === undefined ? {} : { allowFrom: ids(allowFrom) }),
    ...(typeof systemPrompt === "string" ? { systemPrompt } : {}),
  };
}
