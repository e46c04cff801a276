import { defineErrors } from "@loong/sdk";

/** Every code the core can throw or log. */
export const gatewayErrors = defineErrors({
  GATEWAY_NOT_OPEN: {
    message: (state: string) => `The gateway is ${state} and takes no messages now.`,
    hint: "Nothing was stored; the platform delivers again. See `loong gateway status`.",
    outcome: "not-sent",
  },
  GATEWAY_OVERLOADED: {
    message: (pending: number) => `${pending} messages are waiting, so no more are taken for now.`,
    hint: "Look at `loong status` for the slow part; raise agent.maxConcurrentTurns if the provider allows it.",
    outcome: "not-sent",
  },
  GATEWAY_ACCOUNT_GONE: {
    message: (channel: string, account: string) =>
      `Account "${account}" of channel "${channel}" is not configured or is disabled.`,
    hint: (channel: string) =>
      `Enable it with \`loong config set channels.${channel}.enabled true\`, then \`loong messages retry <id>\`.`,
    outcome: "rejected",
  },
  GATEWAY_TURN_TIMEOUT: {
    message: (timeoutMs: number) => `The agent gave no complete answer within ${Math.round(timeoutMs / 1000)} s.`,
    hint: "Check the provider with `loong doctor`, or raise agent.turnTimeoutMs.",
    outcome: "not-sent",
  },
  GATEWAY_CHAT_FAILED: {
    message: (reason: string) => `The agent failed at this turn: ${reason}.`,
    hint: "Read what it wrote with `loong logs`, and check the provider with `loong doctor`.",
  },
  GATEWAY_CHAT_CUT: {
    message: (session: string) => `The gateway ended during the operator's turn in session "${session}".`,
    hint: (session: string) =>
      `Nobody waits for its answer any more; ask again with \`loong ask --session ${session}\`.`,
  },
  GATEWAY_SEND_TIMEOUT: {
    message: (timeoutMs: number) => `The platform gave no answer to a send within ${Math.round(timeoutMs / 1000)} s.`,
    hint: "See `loong messages list --state unknown`; retry or drop it there.",
    outcome: "unknown",
  },
  GATEWAY_POISON: {
    message: (crashes: number) =>
      `The process died ${crashes} times while answering this message, so it is not tried again.`,
    hint: "Read the log around those times (`loong logs`), then `loong messages retry <id>`.",
    outcome: "rejected",
  },
  GATEWAY_PAIRING_UNKNOWN: {
    message: (channel: string, what: string) => `Channel "${channel}" has no pending pairing ${what}.`,
    hint: "See what is pending with `loong pairing list`; a code lives 30 minutes.",
  },
  GATEWAY_PAIRING_LOCKED: {
    message: (minutes: number) => `Too many wrong pairing codes; approvals are locked for ${minutes} minutes.`,
    hint: "Wait, then copy the code from `loong pairing list`.",
  },
  GATEWAY_PAIRING_NOT_APPROVED: {
    message: (channel: string, senderId: string) => `"${senderId}" has no approved pairing on channel "${channel}".`,
    hint: "See who is approved with `loong pairing list`; senders in allowFrom are removed with `loong config`.",
  },
  GATEWAY_NOTHING_TO_SEND: {
    message: "The message is empty.",
    hint: "Give words with --text or --message, or a file with --image or --file.",
    outcome: "rejected",
  },
  GATEWAY_MESSAGE_UNKNOWN: {
    message: (id: string) => `There is no message "${id}" that could be retried or dropped.`,
    hint: "See ids with `loong messages list`.",
  },
});
