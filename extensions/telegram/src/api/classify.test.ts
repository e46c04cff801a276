import { describe, expect, test } from "vitest";
import { classify, classifyForeign } from "./classify.ts";

test.each([
  [401, "Unauthorized", "TELEGRAM_TOKEN_REJECTED", "bad-credentials"],
  [401, "Unauthorized: invalid token specified", "TELEGRAM_TOKEN_REJECTED", "bad-credentials"],
  [404, "Not Found", "TELEGRAM_TOKEN_REJECTED", "bad-credentials"],
  [404, "Not Found: method not found", "TELEGRAM_METHOD_UNKNOWN", "rejected"],
  [
    409,
    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    "TELEGRAM_CONFLICT",
    "conflict",
  ],
  [
    409,
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
    "TELEGRAM_WEBHOOK_ACTIVE",
    "conflict",
  ],
  [409, "Conflict: terminated by setWebhook request", "TELEGRAM_CONFLICT", "conflict"],
  [403, "Forbidden: bot was blocked by the user", "TELEGRAM_BLOCKED", "rejected"],
  [403, "Forbidden: bot can't initiate conversation with a user", "TELEGRAM_BLOCKED", "rejected"],
  [403, "Forbidden: bot was kicked from the supergroup chat", "TELEGRAM_NOT_IN_CHAT", "rejected"],
  [403, "Forbidden: bot is not a member of the channel chat", "TELEGRAM_NOT_IN_CHAT", "rejected"],
  [403, "Forbidden: something new", "TELEGRAM_NOT_ALLOWED", "rejected"],
  [400, "Bad Request: chat not found", "TELEGRAM_CHAT_NOT_FOUND", "rejected"],
  [400, "Bad Request: message thread not found", "TELEGRAM_THREAD_NOT_FOUND", "rejected"],
  [400, "Bad Request: message is not modified: specified new message content…", "TELEGRAM_NOT_MODIFIED", "rejected"],
  [400, "Bad Request: message to edit not found", "TELEGRAM_MESSAGE_GONE", "rejected"],
  [400, "Bad Request: message can't be edited", "TELEGRAM_MESSAGE_GONE", "rejected"],
  [400, "Bad Request: message to delete not found", "TELEGRAM_MESSAGE_GONE", "rejected"],
  [400, "Bad Request: message is too long", "TELEGRAM_TOO_LONG", "rejected"],
  [400, "Bad Request: message text is empty", "TELEGRAM_TOO_LONG", "rejected"],
  [400, "Bad Request: can't parse entities: unsupported start tag", "TELEGRAM_FORMAT_REFUSED", "rejected"],
  [400, "Bad Request: BUTTON_DATA_INVALID", "TELEGRAM_FORMAT_REFUSED", "rejected"],
  [
    400,
    "Bad Request: query is too old and response timeout expired or query ID is invalid",
    "TELEGRAM_QUERY_EXPIRED",
    "rejected",
  ],
  [400, "Bad Request: PHOTO_INVALID_DIMENSIONS", "TELEGRAM_FILE_REFUSED", "rejected"],
  [400, "Bad Request: REACTION_INVALID", "TELEGRAM_REACTION_REFUSED", "rejected"],
  [400, "Bad Request: not enough rights to send text messages to the chat", "TELEGRAM_NOT_ALLOWED", "rejected"],
  [400, "Bad Request: never heard of", "TELEGRAM_REFUSED", "rejected"],
  [413, "Request Entity Too Large", "TELEGRAM_FILE_REFUSED", "rejected"],
  [500, "Internal Server Error", "TELEGRAM_SERVER_ERROR", "unknown"],
])("%i %s is %s", (code, description, row, outcome) => {
  const error = classify({ code, description });
  expect(error).toMatchObject({ code: row, outcome });
  expect(error.message).toContain(String(code));
  expect(error.hint).not.toBe("");
});

describe("what comes along", () => {
  test("the wait that the platform asks for", () => {
    expect(classify({ code: 429, description: "Too Many Requests: retry after 7", retryAfterS: 7 })).toMatchObject({
      code: "TELEGRAM_RATE_LIMITED",
      outcome: "not-sent",
      retryAfterMs: 7_000,
    });
  });

  test("a new id makes it a migration, whatever the words", () => {
    expect(classify({ code: 400, description: "Bad Request: moved", migratedTo: -1001 }).code).toBe(
      "TELEGRAM_CHAT_MIGRATED",
    );
  });
});

test.each([
  [502, "TELEGRAM_BAD_ANSWER", "unknown"],
  [200, "TELEGRAM_BAD_ANSWER", "unknown"],
  [403, "TELEGRAM_BAD_ANSWER", "not-sent"],
  [429, "TELEGRAM_RATE_LIMITED", "not-sent"],
])("HTTP %i without JSON is %s", (status, code, outcome) => {
  expect(classifyForeign("api.telegram.org", status)).toMatchObject({ code, outcome });
});
