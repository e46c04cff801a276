import { channel, subscribe, unsubscribe } from "node:diagnostics_channel";
import { isObject } from "../plugins/manifest.ts";

/** What an HTTP server said the time is. */
export interface ServerAnswer {
  readonly server: string;
  /** Its `Date` header. */
  readonly date: string;
}

/** What `fetch` and undici tell of each answer (https://github.com/nodejs/undici/blob/main/docs/docs/api/DiagnosticsChannel.md, read 2026-11-21). */
const FETCHED = "undici:request:headers";
/** What `node:http` tells of each answer (https://nodejs.org/api/diagnostics_channel.html#http, read 2026-11-21). */
const ANSWERED = "http.client.response.finish";
/** Answers that plugins got in processes of their own. */
const FAR = "loong:plugin:answer";

const MAX_TEXT = 200;

interface FetchedMessage {
  readonly request: { readonly origin?: string | URL };
  readonly response: { readonly headers: readonly (Buffer | string)[] };
}

interface AnsweredMessage {
  readonly request: { readonly host?: string };
  readonly response: { readonly headers: { readonly date?: string } };
}

/** Calls `note` for each HTTP answer that somebody's request gets, here or in a plugin's process. @returns Ends it. */
export function watchAnswers(note: (answer: ServerAnswer) => void): () => void {
  const listeners: readonly (readonly [string, (message: unknown) => void])[] = [
    [
      FETCHED,
      (message) => {
        const { request, response } = message as FetchedMessage;
        note({ server: String(request.origin ?? "a server"), date: headerOf(response.headers, "date") ?? "" });
      },
    ],
    [
      ANSWERED,
      (message) => {
        const { request, response } = message as AnsweredMessage;
        note({ server: request.host ?? "a server", date: response.headers.date ?? "" });
      },
    ],
    [FAR, (message) => note(message as ServerAnswer)],
  ];
  for (const [name, listener] of listeners) subscribe(name, listener);
  return () => {
    for (const [name, listener] of listeners) unsubscribe(name, listener);
  };
}

/** Whether a plugin's process is to tell of its answers. */
export function areAnswersWatched(): boolean {
  return channel(FAR).hasSubscribers;
}

/** Takes what a plugin's process tells of one. */
export function publishAnswer(told: unknown): void {
  if (!isObject(told)) return;
  const { server, date } = told;
  if (typeof server !== "string" || typeof date !== "string") return;
  channel(FAR).publish({ server: server.slice(0, MAX_TEXT), date: date.slice(0, MAX_TEXT) } satisfies ServerAnswer);
}

/** Names and values in turn, as they came over the wire. */
function headerOf(headers: readonly (Buffer | string)[], wanted: string): string | undefined {
  for (let at = 0; at + 1 < headers.length; at += 2) {
    if (String(headers[at]).toLowerCase() === wanted) return String(headers[at + 1]);
  }
  return undefined;
}
