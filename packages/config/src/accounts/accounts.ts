import type { StreamingMode } from "@loong/sdk";
import { configErrors } from "../errors.ts";
import { formatPath } from "../key-path.ts";
import type { ConfigTree, TreeProblem } from "../normalise.ts";
import { problemOf } from "../problem.ts";
import type { FileSchema } from "../schema/file-schema.ts";
import { nearest } from "../schema/nearest.ts";
import type { AccountConfig, ConfigProblem, Env, KeyPath } from "../types.ts";
import { accessOf, accessProblems } from "./access.ts";
import { type AccountDraft, accountDrafts, channelBlock, channelsInOrder } from "./drafts.ts";

/** One account and what it was made from. */
export interface JudgedAccount {
  readonly draft: AccountDraft;
  readonly config: AccountConfig;
}

export interface Accounts {
  readonly judged: readonly JudgedAccount[];
  /** Problems of channels, and of anything else in the file, that are no account's own. */
  readonly problems: readonly ConfigProblem[];
}

/** What is wrong with the values of one account, by its schema. */
export type JudgeValues = (draft: AccountDraft, usesEnv: boolean) => readonly ConfigProblem[];

export function accountsOf(tree: ConfigTree, schema: FileSchema, env: Env, judgeValues: JudgeValues): Accounts {
  const channels = channelsInOrder(tree, schema).map((manifest) => {
    const drafts = accountDrafts(manifest, tree, env);
    const choice = chooseDefault(drafts, writtenDefault(tree, manifest.id));
    return {
      judged: drafts.map((draft) => judge(draft, choice, tree, judgeValues)),
      problems: defaultProblems(drafts, choice, tree),
    };
  });
  const judged = channels.flatMap((channel) => channel.judged);
  const nobodys = tree.problems.filter((problem) => !judged.some(({ draft }) => concerns(problem, draft)));
  return {
    judged,
    problems: [...nobodys.map(({ problem }) => problem), ...channels.flatMap(({ problems }) => problems)],
  };
}

/** Env fallbacks belong to the block itself and to the default account, so that two accounts never share them. */
export function usesEnv(draft: AccountDraft, isDefault: boolean): boolean {
  return isDefault || !draft.named;
}

interface DefaultChoice {
  readonly id: string | undefined;
  readonly source: AccountConfig["defaultSource"];
  /** `defaultAccount` names no account. */
  readonly unknown?: string;
}

function writtenDefault(tree: ConfigTree, channel: string): string | undefined {
  const written = channelBlock(tree, channel)?.["defaultAccount"];
  return typeof written === "string" && written !== "" ? written : undefined;
}

/** `defaultAccount`, else `default`, else the first in sorted order. A name that fits nothing chooses nothing. */
function chooseDefault(drafts: readonly AccountDraft[], written: string | undefined): DefaultChoice {
  const ids = drafts.map((draft) => draft.id).sort();
  if (written !== undefined)
    return ids.includes(written)
      ? { id: written, source: "explicit" }
      : { id: undefined, source: "explicit", unknown: written };
  if (ids.length === 1) return { id: ids[0], source: "only" };
  return ids.includes("default") ? { id: "default", source: "named-default" } : { id: ids[0], source: "first" };
}

function defaultProblems(
  drafts: readonly AccountDraft[],
  choice: DefaultChoice,
  tree: ConfigTree,
): readonly ConfigProblem[] {
  const [first] = drafts;
  if (first === undefined) return [];
  const channel = first.manifest.id;
  const place = tree.place(["channels", channel, "defaultAccount"]);
  const ids = drafts.map((draft) => draft.id);
  if (choice.unknown !== undefined) {
    const error = configErrors.CONFIG_DEFAULT_ACCOUNT([place.path ?? "", choice.unknown, ids.join(", ")]);
    const close = nearest(choice.unknown, ids);
    return [problemOf(error, { ...place, channel, ...(close === undefined ? {} : { nearest: close }) })];
  }
  if (choice.source !== "first" || choice.id === undefined) return [];
  return [
    problemOf(configErrors.CONFIG_DEFAULT_GUESSED([channel, choice.id]), { ...place, channel, severity: "warning" }),
  ];
}

function judge(draft: AccountDraft, choice: DefaultChoice, tree: ConfigTree, judgeValues: JudgeValues): JudgedAccount {
  const channel = draft.manifest.id;
  const isDefault = draft.id === choice.id;
  const configPath = formatPath(tree.writtenPath(accountPath(draft)));
  const access = accessOf(draft, configPath);
  const place = (path: KeyPath) => tree.place(path);
  const found = [
    ...tree.problems.filter((problem) => concerns(problem, draft)).map(({ problem }) => problem),
    ...idProblems(draft, tree),
    ...accessProblems(draft, access, place),
    ...judgeValues(draft, usesEnv(draft, isDefault)),
  ];
  const { name, enabled } = draft.values;
  return {
    draft,
    config: {
      channel,
      id: draft.id,
      isDefault,
      defaultSource: choice.source,
      named: draft.named,
      enabled: enabled === undefined || enabled === true,
      ...(typeof name === "string" ? { name } : {}),
      configPath,
      access,
      streaming: streamingOf(draft.values["streaming"]),
      problems: found.map((problem) => ({ ...problem, channel, account: draft.id })),
    },
  };
}

/** A value that is none was reported; the least is shown then. */
function streamingOf(value: unknown): StreamingMode {
  if (value === undefined) return "auto";
  return (["auto", "block", "live"] as const).find((mode) => mode === value) ?? "off";
}

function accountPath(draft: AccountDraft): KeyPath {
  const block = ["channels", draft.manifest.id];
  return draft.named ? [...block, "accounts", draft.id] : block;
}

/** A key written twice in the block concerns every account of it; one in an account, that account. */
function concerns({ canonical }: TreeProblem, draft: AccountDraft): boolean {
  if (canonical[0] !== "channels" || canonical[1] !== draft.manifest.id) return false;
  return canonical[2] !== "accounts" || (draft.named && canonical[3] === draft.id);
}

function idProblems(draft: AccountDraft, tree: ConfigTree): readonly ConfigProblem[] {
  if (/^[A-Za-z0-9][\w.-]{0,63}$/.test(draft.id)) return [];
  const place = tree.place(accountPath(draft));
  return [problemOf(configErrors.CONFIG_ACCOUNT_ID([place.path ?? "", draft.id]), place)];
}
