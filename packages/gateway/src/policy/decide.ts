import type { InboundEvent } from "@loong/sdk";
import { groupAccess } from "../group-access.ts";
import type { AccountAccess } from "../ports.ts";

/**
 * What becomes of one event.
 *
 * - `answer`: run a turn.
 * - `ignore`: not meant for us; nothing is stored, a counter moves.
 * - `deny`: meant for us by somebody who may not; stored without a turn, logged with `reason` and `hint`.
 * - `pair`: a stranger in private under the policy `pairing`.
 */
export type Decision =
  | { readonly verdict: "answer" }
  | { readonly verdict: "ignore"; readonly reason: string }
  | { readonly verdict: "deny"; readonly reason: string; readonly hint: string }
  | { readonly verdict: "pair" };

const ANSWER: Decision = { verdict: "answer" };

export interface PolicyFacts {
  readonly access: AccountAccess;
  /** An operator approved this sender's pairing. Counts in private conversations only. */
  readonly paired: boolean;
}

/** The one place that says who may speak, for every kind of event and every channel. Absent facts are the strictest ones. */
export function decide(event: InboundEvent, facts: PolicyFacts): Decision {
  const outside = ignoreReason(event);
  if (outside !== undefined) return { verdict: "ignore", reason: outside };
  return event.conversation.type === "direct" ? decideDirect(event, facts) : decideGroup(event, facts);
}

function ignoreReason(event: InboundEvent): string | undefined {
  if (event.sender.isSelf === true) return "own message";
  if (event.sender.isBot === true) return "message of a bot";
  if (event.sender.id === "") return "no sender";
  return undefined;
}

function decideDirect(event: InboundEvent, { access, paired }: PolicyFacts): Decision {
  const boundary = checkBoundary(event, access);
  if (boundary === "outside") return outsideBoundary(event, access);
  if (boundary === "inside" && !access.dmPolicyWritten) return ANSWER;
  switch (access.dmPolicy) {
    case "open":
      return ANSWER;
    case "disabled":
      return deny("private messages are disabled", `loong config set ${access.configPath}.dmPolicy pairing`);
    case "allowlist":
      return access.allowFrom.includes(event.sender.id)
        ? ANSWER
        : deny("sender is not in allowFrom", allowCommand(access, "allowFrom", access.allowFrom, event.sender.id));
    case "pairing":
      return paired || access.allowFrom.includes(event.sender.id) ? ANSWER : { verdict: "pair" };
  }
}

function decideGroup(event: InboundEvent, { access }: PolicyFacts): Decision {
  const group = groupAccess(access, event.conversation.id);
  if (!event.addressed && (group?.requireMention ?? access.requireMention)) {
    return { verdict: "ignore", reason: "not mentioned" };
  }
  const boundary = checkBoundary(event, access);
  if (boundary === "outside") return outsideBoundary(event, access);
  if (group?.enabled === false) return deny("this group is disabled", switchOnCommand(event, access));
  if (boundary === "inside" && !access.groupPolicyWritten && group?.allowFrom === undefined) return ANSWER;
  if (access.groupPolicy === "disabled") {
    return deny("groups are disabled", `loong config set ${access.configPath}.groupPolicy allowlist`);
  }
  if (group?.allowFrom !== undefined) {
    if (group.allowFrom.includes(event.sender.id)) return ANSWER;
    const key = `groups.${event.conversation.id}.allowFrom`;
    return deny("sender is not in the group's allowFrom", allowCommand(access, key, group.allowFrom, event.sender.id));
  }
  const listed = group !== undefined || access.groupAllowFrom.includes(event.sender.id);
  if (access.groupPolicy === "open" || listed) return ANSWER;
  return deny("neither this group nor this sender is allowed", switchOnCommand(event, access));
}

type Boundary = "none" | "inside" | "outside";

function checkBoundary(event: InboundEvent, access: AccountAccess): Boundary {
  const { allowedConversationIds: places, allowedSenderIds: senders } = access;
  if (places === undefined && senders === undefined) return "none";
  if (places !== undefined && !places.includes(event.conversation.id) && !places.includes("*")) return "outside";
  if (senders !== undefined && !senders.includes(event.sender.id)) return "outside";
  // Senders alone narrow the policies; they say nothing about which places are trusted.
  return places === undefined ? "none" : "inside";
}

function outsideBoundary(event: InboundEvent, access: AccountAccess): Decision {
  const placeAllowed = access.allowedConversationIds?.some((id) => id === "*" || id === event.conversation.id) ?? true;
  return placeAllowed
    ? deny(
        "sender is not in allowedSenderIds",
        allowCommand(access, "allowedSenderIds", access.allowedSenderIds, event.sender.id),
      )
    : deny(
        "conversation is outside allowedChatIds",
        allowCommand(access, "allowedChatIds", access.allowedConversationIds, event.conversation.id),
      );
}

function deny(reason: string, hint: string): Decision {
  return { verdict: "deny", reason, hint };
}

function switchOnCommand({ conversation }: InboundEvent, { configPath }: AccountAccess): string {
  return `loong config set ${shellWord(`${configPath}.groups.${conversation.id}.enabled`)} true`;
}

/** The whole new list, since `config set` replaces a value. */
function allowCommand(
  { configPath }: AccountAccess,
  key: string,
  list: readonly string[] | undefined,
  id: string,
): string {
  return `loong config set ${shellWord(`${configPath}.${key}`)} ${shellWord(JSON.stringify([...(list ?? []), id]))}`;
}

/** Operators paste hints into a shell, and an id may be of a stranger's choosing. */
function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
