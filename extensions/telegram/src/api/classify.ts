import type { LoongError } from "@loong/sdk";
import { telegramErrors } from "../errors.ts";

/** An answer of the platform that is not a success. */
export interface Refusal {
  /** Its `error_code`, which is the HTTP status. */
  readonly code: number;
  readonly description: string;
  readonly retryAfterS?: number | undefined;
  readonly migratedTo?: number | undefined;
}

type Table = typeof telegramErrors;
type MakeRefusal = (args: [number, string], options?: { retryAfterMs?: number }) => LoongError;
/** Rows that stand for what the platform refuses. */
type Row = { [Code in keyof Table]: Table[Code] extends MakeRefusal ? Code : never }[keyof Table];

/**
 * What the platform's words mean to us; it has no finer codes. The first that fits counts.
 *
 * @see https://github.com/tdlib/telegram-bot-api/blob/master/telegram-bot-api/Client.cpp (read 2026-08)
 */
const meanings: readonly (readonly [code: number, words: RegExp, row: Row])[] = [
  [404, /method not found/i, "TELEGRAM_METHOD_UNKNOWN"],
  [409, /webhook is active/i, "TELEGRAM_WEBHOOK_ACTIVE"],
  [403, /blocked by the user|user is deactivated|can't initiate conversation/i, "TELEGRAM_BLOCKED"],
  [403, /kicked|not a member/i, "TELEGRAM_NOT_IN_CHAT"],
  [400, /upgraded to a supergroup/i, "TELEGRAM_CHAT_MIGRATED"],
  [400, /thread not found|TOPIC_DELETED/i, "TELEGRAM_THREAD_NOT_FOUND"],
  [400, /message is not modified/i, "TELEGRAM_NOT_MODIFIED"],
  [400, /no text in the message to edit/i, "TELEGRAM_MESSAGE_GONE"],
  [
    400,
    /message to (?:edit|delete|react) not found|message can't be (?:edited|deleted)|MESSAGE_ID_INVALID/i,
    "TELEGRAM_MESSAGE_GONE",
  ],
  [400, /chat not found|user not found|PEER_ID_INVALID|CHAT_ID_INVALID/i, "TELEGRAM_CHAT_NOT_FOUND"],
  [400, /(?:message|text|caption) is too long|text is empty|text must be non-empty/i, "TELEGRAM_TOO_LONG"],
  [400, /query is too old|query ID is invalid/i, "TELEGRAM_QUERY_EXPIRED"],
  [400, /REACTION_|reaction/i, "TELEGRAM_REACTION_REFUSED"],
  [
    400,
    /file is too big|file must be non-empty|wrong file|PHOTO_|IMAGE_PROCESS|file is temporarily/i,
    "TELEGRAM_FILE_REFUSED",
  ],
  [
    400,
    /not enough rights|have no rights|need administrator|CHAT_WRITE_FORBIDDEN|TOPIC_CLOSED|CHAT_RESTRICTED/i,
    "TELEGRAM_NOT_ALLOWED",
  ],
  [400, /parse|entit|URL|BUTTON_|reply_markup|keyboard/i, "TELEGRAM_FORMAT_REFUSED"],
];

const rowOfCode: ReadonlyMap<number, Row> = new Map<number, Row>([
  [401, "TELEGRAM_TOKEN_REJECTED"],
  // What an address with an unknown token gets.
  [404, "TELEGRAM_TOKEN_REJECTED"],
  [403, "TELEGRAM_NOT_ALLOWED"],
  [409, "TELEGRAM_CONFLICT"],
  [413, "TELEGRAM_FILE_REFUSED"],
]);

/** Turns a refusal into the one error that tells `delivery` and the operator what to do. */
export function classify({ code, description, retryAfterS, migratedTo }: Refusal): LoongError {
  const args: [number, string] = [code, shorten(description)];
  if (code === 429) return telegramErrors.TELEGRAM_RATE_LIMITED(args, waitOf(retryAfterS));
  if (code >= 500) return telegramErrors.TELEGRAM_SERVER_ERROR(args, waitOf(retryAfterS));
  if (migratedTo !== undefined) return telegramErrors.TELEGRAM_CHAT_MIGRATED(args);
  const meaning = meanings.find(([status, words]) => status === code && words.test(description));
  return telegramErrors[meaning?.[2] ?? rowOfCode.get(code) ?? "TELEGRAM_REFUSED"](args);
}

/** An answer without the platform's JSON: its own servers failing, or a proxy in between refusing. */
export function classifyForeign(host: string, status: number): LoongError {
  if (status === 429) return telegramErrors.TELEGRAM_RATE_LIMITED([429, ""]);
  // A client error was decided before the platform's application saw the message.
  return telegramErrors.TELEGRAM_BAD_ANSWER(
    [host, status],
    status >= 400 && status < 500 ? { outcome: "not-sent" } : {},
  );
}

function waitOf(seconds: number | undefined): { retryAfterMs?: number } {
  return typeof seconds === "number" && seconds >= 0 ? { retryAfterMs: Math.ceil(seconds * 1_000) } : {};
}

/** One line that fits a log, without the prefix that repeats the code. */
function shorten(description: string): string {
  const line = description.replaceAll(/\s+/g, " ").trim();
  return line.length > 200 ? `${line.slice(0, 199)}…` : line;
}
