import type { InboundEvent } from "@loong/sdk";
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
  | { readonly verdict: "answer"; readonly systemPrompt?: string }
  | { readonly verdict: "ignore"; readonly reason: string }
  | { readonly verdict: "deny"; readonly reason: string; readonly hint: string }
  | { readonly verdict: "pair" };

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
  if (boundary === "inside" && !access.dmPolicyWritten) return { verdict: "answer" };
  switch (access.dmPolicy) {
    case "open":
      return { verdict: "answer" };
    case "disabled":
      return deny("private messages are disabled", `loong config set ${access.configPath}.dmPolicy pairing`);
    case "allowlist":
      return access.allowFrom.includes(event.sender.id)
        ? { verdict: "answer" }
        : deny("sender is not in allowFrom", allowCommand(access, "allowFrom", event.sender.id));
    case "pairing":
      return paired || access.allowFrom.includes(event.sender.id) ? { verdict: "answer" } : { verdict: "pair" };
  }
}

function decideGroup(event: InboundEvent, { access }: PolicyFacts): Decision {
  const group = access.groups[event.conversation.id] ?? access.groups["*"];
  if (!event.addressed && (group?.requireMention ?? access.requireMention)) {
    return { verdict: "ignore", reason: "not mentioned" };
  }
  const boundary = checkBoundary(event, access);
  if (boundary === "outside") return outsideBoundary(event, access);
  const path = `${access.configPath}.groups.${event.conversation.id}`;
  if (group?.enabled === false) return deny("this group is disabled", `loong config set ${path}.enabled true`);
  const answer: Decision =
    group?.systemPrompt === undefined ? { verdict: "answer" } : { verdict: "answer", systemPrompt: group.systemPrompt };
  if (boundary === "inside" && !access.groupPolicyWritten && group?.allowFrom === undefined) return answer;
  switch (access.groupPolicy) {
    case "open":
      return group?.allowFrom === undefined || group.allowFrom.includes(event.sender.id)
        ? answer
        : deny(
            "sender is not in the group's allowFrom",
            allowCommand(access, `groups.${event.conversation.id}.allowFrom`, event.sender.id),
          );
    case "disabled":
      return deny("groups are disabled", `loong config set ${access.configPath}.groupPolicy allowlist`);
    case "allowlist":
      if (group?.allowFrom !== undefined) {
        return group.allowFrom.includes(event.sender.id)
          ? answer
          : deny(
              "sender is not in the group's allowFrom",
              allowCommand(access, `groups.${event.conversation.id}.allowFrom`, event.sender.id),
            );
      }
      if (group !== undefined || access.groupAllowFrom.includes(event.sender.id)) return answer;
      return deny("neither this group nor this sender is allowed", `loong config set ${path}.enabled true`);
  }
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
    ? deny("sender is not in allowedSenderIds", allowCommand(access, "allowedSenderIds", event.sender.id))
    : deny("conversation is outside allowedChatIds", allowCommand(access, "allowedChatIds", event.conversation.id));
}

function deny(reason: string, hint: string): Decision {
  return { verdict: "deny", reason, hint };
}

/** The whole new list, since `config set` replaces a value. */
function allowCommand(access: AccountAccess, key: string, id: string): string {
  const list = key.endsWith(".allowFrom")
    ? (access.groups[key.slice("groups.".length, -".allowFrom".length)]?.allowFrom ?? [])
    : (listOf(access, key) ?? []);
  return `loong config set ${access.configPath}.${key} '${JSON.stringify([...list, id])}'`;
}

function listOf(access: AccountAccess, key: string): readonly string[] | undefined {
  if (key === "allowFrom") return access.allowFrom;
  if (key === "allowedSenderIds") return access.allowedSenderIds;
  return access.allowedConversationIds;
}
