import type { HttpAnswer } from "@loong/guards";
import type { JsonValue } from "@loong/sdk";
import { webhookErrors } from "../errors.ts";
import { escapeSlack, slackMarkdown } from "../outbound/slack-markdown.ts";
import { foreign, slowDown } from "./answers.ts";
import {
  type Draft,
  type Receiver,
  type Refusal,
  type RefusalRow,
  type WordContent,
  expectFits,
  isObject,
} from "./receiver.ts";

const LABEL = "Slack";
/** Longer ones would be cut. */
const MAX_CHARACTERS = 40_000;

const meanings: Partial<Record<RefusalRow, readonly string[]>> = {
  WEBHOOK_UNKNOWN: ["invalid_token", "no_service", "no_service_id", "no_team", "team_disabled", "invalid_team"],
  WEBHOOK_ROOM_CLOSED: [
    "action_prohibited",
    "posting_to_general_channel_denied",
    "channel_not_found",
    "channel_is_archived",
  ],
  WEBHOOK_BAD_MESSAGE: [
    "no_text",
    "missing_text_or_fallback_or_attachments",
    "invalid_payload",
    "invalid_blocks",
    "invalid_blocks_format",
    "invalid_attachments",
    "too_many_attachments",
    "user_not_found",
  ],
  WEBHOOK_TOO_LONG: ["msg_too_long"],
};
const rowOf: ReadonlyMap<string, RefusalRow> = new Map(
  Object.entries(meanings).flatMap(([row, words]) => words.map((word) => [word, row as RefusalRow] as const)),
);

/**
 * Incoming webhooks of Slack.
 *
 * @see https://api.slack.com/changelog/2016-05-17-changes-to-errors-for-incoming-webhooks (read 2026-11) and
 *   https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
 */
export const slackReceiver: Receiver = {
  label: LABEL,
  signs: false,
  takesToken: false,
  write,
  authenticate: (outgoing) => outgoing,
  refusal,
  trial: {
    method: "POST",
    body: {},
    proof: new Set(["WEBHOOK_BAD_MESSAGE"]),
    doubt:
      "tried with a message without words, which it refuses after it has checked the address. Whether the channel still takes messages is not shown by that.",
  },
};

function refusal(answer: HttpAnswer, nowMs: number): Refusal | undefined {
  const { status, text } = answer;
  const word = /^[a-z_]{1,60}$/.exec(text.trim())?.[0] ?? "";
  if (status === 200 && word === "ok") return undefined;
  if (status === 429) return slowDown(answer, nowMs, word);
  const row = rowOf.get(word);
  if (row !== undefined) return { row, said: word };
  if (word === "" || status >= 500 || status < 400) return foreign(answer, nowMs);
  return { row: "WEBHOOK_REFUSED", said: word };
}

async function write(content: WordContent): Promise<Draft> {
  const body = await bodyOf(content);
  const { text } = body;
  expectFits(LABEL, "characters", typeof text === "string" ? text.length : 0, MAX_CHARACTERS);
  return { body };
}

async function bodyOf(content: WordContent): Promise<{ readonly [key: string]: JsonValue }> {
  switch (content.type) {
    case "text":
      return { text: escapeSlack(content.text), mrkdwn: false };
    case "markdown":
      return { text: await slackMarkdown(content.markdown) };
    case "card": {
      const { card, fallbackText } = content;
      // For notifications, which show no blocks.
      const text = fallbackText === "" ? {} : { text: escapeSlack(fallbackText) };
      if (Array.isArray(card)) return { ...text, blocks: card };
      if (isObject(card)) return { ...text, ...card };
      throw webhookErrors.WEBHOOK_CARD_FORM([LABEL, "a list of blocks, or a whole message with blocks or attachments"]);
    }
  }
}
