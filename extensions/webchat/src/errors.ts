import { defineErrors } from "@loong/sdk";

/** Every code this channel can throw or report. */
export const webchatErrors = defineErrors({
  WEBCHAT_BIND_INVALID: {
    message: (bind: string) => `"${bind}" is no address to listen on.`,
    hint: "Set channels.webchat.bind to host and port, as in 127.0.0.1:18790.",
    outcome: "bad-credentials",
  },
  WEBCHAT_BIND_REFUSED: {
    message: (bind: string, reason: string) => `This machine does not let webchat listen on ${bind} (${reason}).`,
    hint: "Set channels.webchat.bind to an address of this machine and a port above 1023, as in 127.0.0.1:18790.",
    outcome: "bad-credentials",
  },
  WEBCHAT_PORT_TAKEN: {
    message: (bind: string) => `Another program listens on ${bind}.`,
    hint: "Stop the other program, or set channels.webchat.bind to a free port.",
    outcome: "conflict",
  },
  WEBCHAT_ORIGINS_MISSING: {
    message: (bind: string) =>
      `webchat would listen on ${bind}, open to the network, and does not know which pages may use it.`,
    hint: "Set channels.webchat.allowedOrigins to the address people open, as in [https://chat.example.com], or bind to 127.0.0.1.",
    outcome: "bad-credentials",
  },
  WEBCHAT_ORIGIN_INVALID: {
    message: (key: string, origin: string) => `"${origin}" in ${key} is no origin.`,
    hint: (key: string) =>
      `Write channels.webchat.${key} as scheme, host and port without a path: https://chat.example.com.`,
    outcome: "bad-credentials",
  },
  WEBCHAT_SESSION_KEY: {
    message: "The key that signs visitors' sessions can be neither read nor made.",
    hint: "Let this user write the account's data folder, or set channels.webchat.sessionKey (WEBCHAT_SESSION_KEY).",
    outcome: "not-sent",
  },
  WEBCHAT_LISTENER_SILENT: {
    message: (bind: string) => `webchat listens on ${bind}, but does not answer itself there.`,
    hint: "Look for a firewall or a container network between this machine and channels.webchat.bind.",
    outcome: "not-sent",
  },
  WEBCHAT_NOT_LISTENING: {
    message: "The listener could not be started, so nobody can see the message yet.",
    hint: "Run `loong channels status --probe` to see why.",
    outcome: "not-sent",
  },
  WEBCHAT_UNKNOWN_VISITOR: {
    message: "No visitor of this account has this id.",
    hint: "Take the conversation id from `loong messages list` or the pairing list; ids end when sessionKey or accessToken changes.",
    outcome: "rejected",
  },
  WEBCHAT_VISITOR_AWAY: {
    message: "The visitor's page is not connected.",
    hint: "A running gateway says it again until the page connects; channels.webchat.visitorTimeoutMinutes limits how long.",
    outcome: "not-sent",
  },
  WEBCHAT_VISITOR_GONE: {
    message: (minutes: number) => `The visitor's page has not been connected for ${minutes} minutes.`,
    hint: "Raise channels.webchat.visitorTimeoutMinutes to wait longer.",
    outcome: "rejected",
  },
  WEBCHAT_NOT_CONFIRMED: {
    message: "The message went to the visitor's page, which has not confirmed that it shows it.",
    hint: "It is safe to send again: a page shows a message once. `loong messages list` shows what became of it.",
    outcome: "unknown",
  },
  WEBCHAT_FULL: {
    message: (visitors: number) => `All ${visitors} places for visitors are taken.`,
    hint: "Raise channels.webchat.maxVisitors, or wait until visitors leave.",
    outcome: "not-sent",
  },
  WEBCHAT_ABORTED: {
    message: "The send was stopped before anything was shown.",
    hint: "The gateway sends it again when it runs; `loong messages list` shows what waits.",
    outcome: "not-sent",
  },
  WEBCHAT_CONTENT: {
    message: (type: string) => `webchat shows text and markdown, no ${type}.`,
    hint: "Send the words with `loong channels send --text`, or a link to the file.",
    outcome: "rejected",
  },
  WEBCHAT_PREVIEW: {
    message: "The preview cannot be shown now: its visitor is not connected or not known.",
    hint: "The answer itself is sent when it is complete; nothing needs to be done.",
    outcome: "not-sent",
  },
  WEBCHAT_OPEN_DOOR: {
    message: "Whoever can open the page may write; no access token is set.",
    hint: "Set channels.webchat.accessToken (WEBCHAT_ACCESS_TOKEN) if the page is not for everybody.",
  },
});
