import { defineErrors } from "@loong/sdk";

const PROBE = "run `loong channels status --probe`";

/** Every error of this channel. `origin` is the address of the application without path and query. */
export const callbackErrors = defineErrors({
  CALLBACK_HTTP_NOT_ALLOWED: {
    message: (origin: string) => `The address ${origin} is plain http, and not on this machine.`,
    hint: "Set channels.http.callbackUrl to an https address, or channels.http.allowHttp to true for a private network.",
    outcome: "bad-credentials",
  },
  CALLBACK_SECRET_REFUSED: {
    message: (origin: string, status: number) => `The application at ${origin} refused the signature (${status}).`,
    hint: `Give channels.http.secret the value that the application has, compare both clocks, then ${PROBE}.`,
    outcome: "bad-credentials",
  },
  CALLBACK_RATE_LIMITED: {
    message: (origin: string) => `The application at ${origin} wants fewer requests (429).`,
    hint: "It is asked again by itself. An application that answers Retry-After is asked no earlier than that.",
    outcome: "not-sent",
  },
  CALLBACK_UNAVAILABLE: {
    message: (origin: string, status: number) =>
      `The application at ${origin} takes nothing at the moment (${status}).`,
    hint: `It is asked again by itself. See why the application answers so, then ${PROBE}.`,
    outcome: "not-sent",
  },
  CALLBACK_REDIRECTED: {
    message: (origin: string, status: number) =>
      `The application at ${origin} points elsewhere (${status}), which is not followed.`,
    hint: `Set channels.http.callbackUrl to the address it points to, then ${PROBE}.`,
    outcome: "not-sent",
  },
  CALLBACK_NOT_FOUND: {
    message: (origin: string) => `The application at ${origin} knows no such conversation or address (404).`,
    hint: `Check the target, and the path of channels.http.callbackUrl, then ${PROBE}.`,
    outcome: "rejected",
  },
  CALLBACK_REFUSED: {
    message: (origin: string, status: number) =>
      `The application at ${origin} refused the request for good (${status}).`,
    hint: `See in the application's log why it answers so; ${PROBE} to see whether it refuses everything.`,
    outcome: "rejected",
  },
  CALLBACK_IN_PROGRESS: {
    message: (origin: string) => `The application at ${origin} is still working on the same message (409).`,
    hint: "The same message is sent again by itself, with the same key.",
    outcome: "unknown",
  },
  CALLBACK_FAILED: {
    message: (origin: string, status: number) => `The application at ${origin} failed (${status}).`,
    hint: `Look at the application's log, then ${PROBE}. An application that has taken nothing should answer 503.`,
    outcome: "unknown",
  },
  CALLBACK_UNREACHABLE: {
    message: (origin: string, reason: string) => `The application at ${origin} cannot be reached (${reason}).`,
    hint: `Start it, or correct channels.http.callbackUrl, then ${PROBE}.`,
    outcome: "not-sent",
  },
  CALLBACK_ANSWER_LOST: {
    message: (origin: string, reason: string) =>
      `The application at ${origin} was sent a message, and its answer did not arrive (${reason}).`,
    hint: "The same message is sent again by itself, with the same key. The application should answer within 20 seconds.",
    outcome: "unknown",
  },
  CALLBACK_STOPPED: {
    message: "The message was stopped before it was sent.",
    hint: "Send it again: `loong messages retry <id>`.",
    outcome: "not-sent",
  },
  CALLBACK_PONG_MISSING: {
    message: (origin: string) => `The application at ${origin} answered a ping without a pong.`,
    hint: `Let it answer events of type "ping" with {"pong": …} as the README of @loong/http shows, then ${PROBE}.`,
    outcome: "not-sent",
  },
  CALLBACK_PONG_WRONG: {
    message: (origin: string) => `The application at ${origin} answered a ping with a pong made with another secret.`,
    hint: `Give channels.http.secret the value that the application has, then ${PROBE}.`,
    outcome: "bad-credentials",
  },
  CALLBACK_FILES_UNSUPPORTED: {
    message: "This channel carries words and cards, and no files.",
    hint: "Send a link to the file: `loong message send --channel http --to <conversation> --message <link>`.",
    outcome: "rejected",
  },
  CALLBACK_PREVIEW_UNREADABLE: {
    message: "A preview has a name that this channel did not give it.",
    hint: "The answer is sent without it. If it happens again, set channels.http.previews to false.",
    outcome: "rejected",
  },
});
