import { isRecord, stringAt } from "@loong/emulator-kit";
import { wordsIn } from "../words.ts";
import type { Receiver, Reply } from "./receiver.ts";

const PATH = /^\/services\/T[A-Z0-9]+\/B[A-Z0-9]+\/([A-Za-z0-9]+)$/;
/** Longer texts are cut. */
const MAX_CHARACTERS = 40_000;
const STATUS: Readonly<Record<string, number>> = {
  action_prohibited: 403,
  invalid_token: 403,
  channel_not_found: 404,
  no_service: 404,
  channel_is_archived: 410,
  rate_limited: 429,
  rollup_error: 500,
};
const RETRY_AFTER_SECONDS = 1;

/**
 * Incoming webhooks of Slack: a status and one word.
 *
 * @see https://api.slack.com/changelog/2016-05-17-changes-to-errors-for-incoming-webhooks (read 2026-11) and
 *   https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
 */
export const slackReceiver: Receiver = {
  kinds: ["slack"],
  rates: [{ max: 1, withinMs: 1_000 }],
  tooFast: { code: "rate_limited", words: "rate_limited" },
  tokenOf: ({ path }) => PATH.exec(path)?.[1],
  error: (code) => refused(String(code)),
  answer(call, hook) {
    if (hook === undefined) return refused("invalid_token");
    const { body } = call;
    if (call.method !== "POST" || !isRecord(body)) return refused("invalid_payload");
    const { blocks, attachments } = body;
    const text = stringAt(body, "text") ?? "";
    if (blocks !== undefined && !Array.isArray(blocks)) return refused("invalid_blocks");
    if (text === "" && blocks === undefined && attachments === undefined) return refused("no_text");
    return {
      status: 200,
      body: "ok",
      shows: {
        text: readable([text, ...wordsIn(blocks), ...wordsIn(attachments)]),
        type: blocks === undefined ? "text" : "blocks",
      },
    };
  },
};

function refused(word: string): Reply {
  const status = STATUS[word] ?? 400;
  return {
    status,
    body: word,
    ...(status === 429 ? { headers: { "retry-after": String(RETRY_AFTER_SECONDS) } } : {}),
  };
}

/** As Slack shows it: `<url|words>` as the words, escaped characters as themselves. */
function readable(texts: readonly string[]): string {
  return texts
    .filter((text) => text !== "")
    .join("\n")
    .slice(0, MAX_CHARACTERS)
    .replaceAll(/<[^<>|]+\|([^<>]*)>/g, "$1")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}
