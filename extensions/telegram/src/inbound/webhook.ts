import { createHash, timingSafeEqual } from "node:crypto";
import { parseForeignJson } from "@loong/guards";
import type { Logger, WebhookFeature, WebhookRequest, WebhookResponse } from "@loong/sdk";
import type { Update } from "grammy/types";
import type { TelegramApi } from "../api/client.ts";
import { telegramErrors } from "../errors.ts";
import type { Receiver } from "./receive.ts";
import { UPDATE_KINDS } from "./update-kinds.ts";

const SECRET_HEADER = "x-telegram-bot-api-secret-token";

/**
 * Answers requests: first the secret, then the shape, then the event is stored, and only then acknowledged. What cannot be
 * stored is thrown: Telegram sends it again for a day.
 *
 * @see https://core.telegram.org/bots/api#setwebhook (read 2026-08)
 */
export function createWebhook(secret: string | undefined, receiver: Receiver, log: Logger): WebhookFeature["handle"] {
  return async ({ headers, body }, inbound) => {
    const why = refusal(headers, secret);
    if (why !== undefined) {
      log.debug("a webhook request was refused", { reason: why });
      return refuse(why);
    }
    const update = parseBody(body);
    if (update === undefined) return { ...answer(400, { error: "bad request" }), refused: "body" };
    await receiver.receive([update], inbound);
    return answer(200, {});
  };
}

/** Tells Telegram where to call. Updates that wait are kept. */
export async function setWebhook(api: TelegramApi, url: string, secret: string, signal: AbortSignal): Promise<void> {
  const payload = { url, secret_token: secret, allowed_updates: UPDATE_KINDS, drop_pending_updates: false };
  await api.call(({ raw, signal: limited }) => raw.setWebhook(payload, limited), signal);
}

type Refusal = "secret" | "unverifiable";

function refusal(headers: WebhookRequest["headers"], secret: string | undefined): Refusal | undefined {
  if (secret === undefined) return "unverifiable";
  const given = headers[SECRET_HEADER];
  return typeof given === "string" && isSame(secret, given) ? undefined : "secret";
}

/** Compares secrets of any length in constant time, through digests of one length. */
function isSame(expected: string, given: string): boolean {
  return timingSafeEqual(digest(expected), digest(given));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

/** The secret has shown that Telegram wrote it, so beyond the limits of all JSON only its id is looked at. */
function parseBody(body: Uint8Array): Update | undefined {
  const value = parseForeignJson(body) as Partial<Update> | undefined;
  return Number.isSafeInteger(value?.update_id) ? (value as Update) : undefined;
}

function refuse(why: Refusal): WebhookResponse {
  if (why === "secret") return { ...answer(401, { error: "not verified" }), refused: why };
  const { message, hint } = telegramErrors.TELEGRAM_WEBHOOK_SECRET_MISSING([]);
  return { ...answer(401, { error: message, hint: hint ?? "" }), refused: why };
}

function answer(status: number, body: Readonly<Record<string, string>>): WebhookResponse {
  return { status, headers: { "content-type": "application/json; charset=utf-8" }, body: JSON.stringify(body) };
}
