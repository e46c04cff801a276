import type { AccountAccess } from "@loong/gateway";
import type { InboundEvent } from "@loong/sdk";
import { nameOf, type Platform } from "./platform.ts";

/** Whether somebody may talk; `unsure` while an operator decides, and when the process died over it. */
type Standing = "in" | "out" | "unsure";

/** Who may talk where, as somebody beside the operator knows it. */
export interface Permissions {
  access(platform: Platform): AccountAccess;
  /** Notes what holds for an event at the moment the gateway judges it. */
  judge(platform: Platform, event: InboundEvent): void;
  /** How often something of this sender, `channel/account/sender`, was judged: also what came twice. */
  judged(sender: string): number;
  /** What held each time this event was judged. */
  judgements(name: string): ReadonlySet<Standing>;
  /** An operator decides about a stranger, `channel/account/sender`. When the decision fails, everything is as it was. */
  decide(stranger: string, becomes: Standing, decision: Promise<unknown>): void;
  /** Decisions about this stranger, whatever came of them. */
  decisions(stranger: string): number;
}

interface Stranger {
  standing: Standing;
  decisions: number;
}

export function createPermissions(): Permissions {
  const strangers = new Map<string, Stranger>();
  const judgements = new Map<string, Set<Standing>>();
  const judged = new Map<string, number>();

  function strangerAt(key: string): Stranger {
    const known = strangers.get(key) ?? { standing: "out", decisions: 0 };
    strangers.set(key, known);
    return known;
  }

  function standingOf(platform: Platform, { conversation, sender }: InboundEvent): Standing {
    if (conversation.type === "direct") return strangerAt(`${platform.name}/${sender.id}`).standing;
    return platform.isOpen ? "in" : "out";
  }

  return {
    access: ({ isOpen }) => ({
      dmPolicy: "pairing",
      groupPolicy: isOpen ? "open" : "disabled",
      dmPolicyWritten: false,
      groupPolicyWritten: true,
      allowFrom: [],
      groupAllowFrom: [],
      groups: {},
      requireMention: true,
      configPath: "channels.simulated",
    }),
    judge(platform, event) {
      const name = nameOf(platform, event);
      const sender = `${platform.name}/${event.sender.id}`;
      judged.set(sender, (judged.get(sender) ?? 0) + 1);
      judgements.set(name, (judgements.get(name) ?? new Set()).add(standingOf(platform, event)));
    },
    judged: (sender) => judged.get(sender) ?? 0,
    judgements: (name) => judgements.get(name) ?? new Set(),
    decide(key, becomes, decision) {
      const stranger = strangerAt(key);
      const before = stranger.standing;
      stranger.standing = "unsure";
      const mine = ++stranger.decisions;
      const settle = (standing: Standing) => () => {
        stranger.standing = stranger.decisions === mine ? standing : "unsure";
      };
      decision.then(settle(becomes), settle(before));
    },
    decisions: (key) => strangerAt(key).decisions,
  };
}
