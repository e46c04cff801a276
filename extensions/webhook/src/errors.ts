import { defineErrors } from "@loong/sdk";

/** What the receiver said, where it said something that may be repeated. */
const because = (said: string) => (said === "" ? "" : ` (${said})`);
const recheck = "then run `loong channels status --probe`";
const later = "It is tried again on its own.";
const again = "then run `loong messages retry`";

/**
 * Every code this channel can throw. Rows that take `(receiver, said)` stand for what a receiver answers; the files under
 * `receivers/` say which of its answers means which row.
 */
export const webhookErrors = defineErrors({
  // What the operator wrote.
  WEBHOOK_URL_MISSING: {
    message: "No address to send to is configured.",
    hint: (path: string) =>
      `Run \`loong config set ${path}.endpointUrl https://…\`, or set WEBHOOK_URL in the environment.`,
    outcome: "bad-credentials",
  },
  WEBHOOK_URL_INVALID: {
    message: "endpointUrl is not an https address without user, password and fragment.",
    hint: (path: string) =>
      `Run \`loong config set ${path}.endpointUrl https://…\`; for http inside your own network also \`loong config set ${path}.allowPrivateHosts true\`.`,
    outcome: "bad-credentials",
  },
  WEBHOOK_PRIVATE_HOST: {
    message: (host: string) => `${host} is an address of this machine or of a private network.`,
    hint: (_host: string, path: string) =>
      `If that is meant, run \`loong config set ${path}.allowPrivateHosts true\`; else check endpointUrl and who answers for its name.`,
    outcome: "bad-credentials",
  },
  WEBHOOK_TARGET: {
    message: (target: string) => `A webhook writes to one room only, so it cannot send to "${target}".`,
    hint: "Leave --target out (or write room), or name the account of another room with --account; `loong channels` lists them.",
    outcome: "rejected",
  },
  WEBHOOK_FILE: {
    message: (type: string) => `A webhook carries words only, no ${type}.`,
    hint: "Send a link with `--text`, or use a channel with files: `loong channels` lists them.",
    outcome: "rejected",
  },
  WEBHOOK_CARD_FORM: {
    message: (receiver: string, form: string) => `A card for ${receiver} is ${form}.`,
    hint: "Correct the JSON given to --card; the README of @loong/webhook shows one for each receiver.",
    outcome: "rejected",
  },
  WEBHOOK_SECRET_UNUSED: {
    message: (receiver: string) => `${receiver} has no signatures: channels.webhook.secret is not used.`,
    hint: "Remove it with `loong config unset channels.webhook.secret`, or set channels.webhook.kind to the receiver that it is for.",
  },
  WEBHOOK_TOKEN_UNUSED: {
    message: (receiver: string) => `${receiver} takes no bearer token: channels.webhook.authToken is not used.`,
    hint: "Remove it with `loong config unset channels.webhook.authToken`, or set channels.webhook.kind to json.",
  },

  // Who we are to the receiver.
  WEBHOOK_UNKNOWN: {
    message: (receiver: string, said: string) => `${receiver} does not know this address${because(said)}.`,
    hint: `Copy the address from the settings of the robot or app again into channels.webhook.endpointUrl, ${recheck}.`,
    outcome: "bad-credentials",
  },
  WEBHOOK_SIGNATURE_REFUSED: {
    message: (receiver: string, said: string) => `${receiver} refuses the signature${because(said)}.`,
    hint: `Copy the signing secret of the robot into channels.webhook.secret and check the clock of this machine, ${recheck}.`,
    outcome: "bad-credentials",
  },
  WEBHOOK_AUTH_REFUSED: {
    message: (receiver: string, said: string) => `${receiver} refuses the credentials${because(said)}.`,
    hint: `Compare channels.webhook.authToken with what the receiver expects, ${recheck}.`,
    outcome: "bad-credentials",
  },
  WEBHOOK_IP_REFUSED: {
    message: (receiver: string, said: string) => `${receiver} does not accept calls from this machine${because(said)}.`,
    hint: `Add this machine's public address to the robot's IP allowlist, ${recheck}.`,
    outcome: "bad-credentials",
  },
  WEBHOOK_REDIRECTED: {
    message: (receiver: string, said: string) =>
      `${receiver} sends us elsewhere, which is not followed${because(said)}.`,
    hint: `Write the address that it redirects to into channels.webhook.endpointUrl, ${recheck}.`,
    outcome: "bad-credentials",
  },

  // The receiver is busy or out of reach.
  WEBHOOK_RATE_LIMITED: {
    message: (receiver: string, said: string) => `${receiver} asks to go slower${because(said)}.`,
    hint: `${later} If it stays, send fewer and larger messages to channels.webhook.`,
    outcome: "not-sent",
  },
  WEBHOOK_UNREACHABLE: {
    message: (host: string, reason: string) => `Cannot reach ${host} (${reason}).`,
    hint: `Check the network, the proxy and channels.webhook.endpointUrl. ${later}`,
    outcome: "not-sent",
  },
  WEBHOOK_NO_ANSWER: {
    message: (host: string, reason: string) => `${host} took the message but did not answer (${reason}).`,
    hint: `Look in the room; if it is not there, run \`loong messages retry\`.`,
    outcome: "unknown",
  },
  WEBHOOK_SERVER_ERROR: {
    message: (receiver: string, said: string) => `${receiver} had an error of its own${because(said)}.`,
    hint: `Look in the room; if the message is not there, run \`loong messages retry\`.`,
    outcome: "unknown",
  },
  WEBHOOK_BAD_ANSWER: {
    message: (receiver: string, said: string) => `The answer does not come from ${receiver}${because(said)}.`,
    hint: "Check the proxy, channels.webhook.endpointUrl and channels.webhook.kind, then look in the room before `loong messages retry`.",
    outcome: "unknown",
  },

  // The receiver refuses what was asked.
  WEBHOOK_BAD_MESSAGE: {
    message: (receiver: string, said: string) => `${receiver} finds the message wrong${because(said)}.`,
    hint: "Check the JSON given to --card, and channels.webhook.kind.",
    outcome: "rejected",
  },
  WEBHOOK_KEYWORDS_MISSING: {
    message: (receiver: string, said: string) =>
      `${receiver} takes only messages with one of the robot's keywords${because(said)}.`,
    hint: "Put a keyword into the words, or let the robot use signatures instead and set channels.webhook.secret.",
    outcome: "rejected",
  },
  WEBHOOK_CONTENT_REFUSED: {
    message: (receiver: string, said: string) => `${receiver} refuses the content${because(said)}.`,
    hint: `Its content rules hit it; change the words or links and send again with \`loong channels send webhook\`.`,
    outcome: "rejected",
  },
  WEBHOOK_TOO_LONG: {
    message: (receiver: string, said: string) => `The message is too long for ${receiver}${because(said)}.`,
    hint: "Shorten it, or send it in several messages with `loong channels send webhook`.",
    outcome: "rejected",
  },
  WEBHOOK_ROOM_CLOSED: {
    message: (receiver: string, said: string) => `${receiver} lets nothing into the room${because(said)}.`,
    hint: `The room is archived or dissolved, or the robot is stopped or restricted; mend it there or change channels.webhook.endpointUrl, ${again}.`,
    outcome: "rejected",
  },
  WEBHOOK_REFUSED: {
    message: (receiver: string, said: string) => `${receiver} refuses the message${because(said)}.`,
    hint: `Look the answer up in the receiver's documentation; check channels.webhook.kind, ${again}.`,
    outcome: "rejected",
  },

  // What a probe cannot know.
  WEBHOOK_PROBE_DOUBT: {
    message: (receiver: string, doubt: string) => `${receiver}: ${doubt}`,
    hint: 'To be sure, send one: `loong channels send webhook --text "test"`.',
  },
});
