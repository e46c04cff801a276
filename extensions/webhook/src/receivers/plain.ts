import type { HttpAnswer } from "@loong/guards";
import type { JsonValue } from "@loong/sdk";
import { slowDown } from "./answers.ts";
import type { Receiver, Refusal, RefusalRow, WordContent } from "./receiver.ts";

const LABEL = "The receiver";

/** A program of one's own that takes JSON: a 2xx says that it has taken the message. */
export function plainReceiver(textField: string, authToken: string | undefined): Receiver {
  return {
    label: LABEL,
    signs: false,
    takesToken: true,
    write: (content) => ({ body: bodyOf(content, textField) }),
    authenticate: (outgoing) =>
      authToken === undefined
        ? outgoing
        : { ...outgoing, headers: { ...outgoing.headers, authorization: `Bearer ${authToken}` } },
    refusal,
    trial: {
      method: "OPTIONS",
      // Programs that know nothing but POST answer so to everything else.
      proof: new Set(["WEBHOOK_BAD_MESSAGE", "WEBHOOK_REFUSED", "WEBHOOK_UNKNOWN"]),
      doubt:
        "asked with OPTIONS, and answered. Whether the path is right and a message would be taken is not shown by that.",
    },
  };
}

function bodyOf(content: WordContent, textField: string): JsonValue {
  switch (content.type) {
    case "text":
      return { [textField]: content.text };
    case "markdown":
      return { [textField]: content.markdown };
    case "card":
      return content.card;
  }
}

const ROW_OF_STATUS: Readonly<Record<number, RefusalRow>> = {
  400: "WEBHOOK_BAD_MESSAGE",
  401: "WEBHOOK_AUTH_REFUSED",
  403: "WEBHOOK_AUTH_REFUSED",
  404: "WEBHOOK_UNKNOWN",
  // It gave up waiting for a request it may have read.
  408: "WEBHOOK_SERVER_ERROR",
  410: "WEBHOOK_UNKNOWN",
  413: "WEBHOOK_TOO_LONG",
  415: "WEBHOOK_BAD_MESSAGE",
  422: "WEBHOOK_BAD_MESSAGE",
};

function refusal(answer: HttpAnswer, nowMs: number): Refusal | undefined {
  const { status } = answer;
  const said = `HTTP ${status}`;
  if (status >= 200 && status < 300) return undefined;
  if (status === 429) return slowDown(answer, nowMs, said);
  return { row: ROW_OF_STATUS[status] ?? rowOfClass(status), said };
}

function rowOfClass(status: number): RefusalRow {
  if (status >= 500) return "WEBHOOK_SERVER_ERROR";
  return status >= 400 ? "WEBHOOK_REFUSED" : "WEBHOOK_REDIRECTED";
}
