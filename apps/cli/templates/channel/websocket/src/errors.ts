import { defineErrors } from "@loong/sdk";

/**
 * Every error of this channel. The `outcome` decides what the gateway does with the message: `not-sent` is repeated,
 * `rejected` is final, `bad-credentials` waits for the operator, `unknown` says that nobody can tell.
 */
export const errors = defineErrors({
  ACME_UNREACHABLE: {
    message: (reason: string) => `Acme Chat cannot be reached: ${reason}.`,
    hint: "Check channels.acme.baseUrl and the network, then run `loong channels status --probe`.",
    outcome: "not-sent",
  },
  ACME_NO_ANSWER: {
    message: (reason: string) => `Acme Chat took the request and gave no whole answer: ${reason}.`,
    hint: "Look into the room first; `loong messages list` shows what can be sent again.",
    outcome: "unknown",
  },
  ACME_CREDENTIALS: {
    message: "Acme Chat refuses the token.",
    hint: "Take a new one from the page of the bot: `loong config set channels.acme.token TOKEN`.",
    outcome: "bad-credentials",
  },
  ACME_NOT_FOUND: {
    message: (what: string) => `Acme Chat knows no ${what}.`,
    hint: "Compare the room id with the one in Acme Chat, and invite the bot to the room.",
    outcome: "rejected",
  },
  ACME_REFUSED: {
    message: (status: number, reason: string) => `Acme Chat refuses the request (${status}): ${reason}.`,
    hint: "`loong logs` has the details; this message will not be sent again.",
    outcome: "rejected",
  },
  ACME_RATE_LIMITED: {
    message: "Acme Chat asks to wait.",
    hint: "The gateway waits and sends again; `loong messages list` shows what is on its way.",
    outcome: "not-sent",
  },
  ACME_FAILED: {
    message: (status: number) => `Acme Chat has failed (${status}).`,
    hint: "The gateway tries again; see how it stands with `loong channels status --probe`.",
    outcome: "unknown",
  },
  ACME_CONNECTION_LOST: {
    message: (reason: string) => `The connection to Acme Chat is lost: ${reason}.`,
    hint: "The gateway connects again by itself; see how it stands with `loong channels status`.",
    outcome: "not-sent",
  },
  ACME_NO_FILES: {
    message: (type: string) => `Acme Chat takes no ${type} from bots.`,
    hint: "Send text: `loong channels send acme --target ROOM --text TEXT`.",
    outcome: "rejected",
  },
});
