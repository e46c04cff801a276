import { type LoongError, type ProbeReport, problemOf } from "@loong/sdk";
import type { WebhookInfo } from "grammy/types";
import type { TelegramApi } from "./api/client.ts";
import type { TelegramAccount } from "./config.ts";
import { telegramErrors } from "./errors.ts";
import { fetchBot } from "./identity.ts";

/**
 * Asks who the bot is, which proves the token, and how its updates are delivered.
 *
 * @param known - What is wrong already, before anybody is asked.
 */
export async function probe(
  api: TelegramApi,
  mode: TelegramAccount["mode"],
  signal: AbortSignal,
  known: readonly LoongError[] = [],
): Promise<ProbeReport> {
  try {
    const bot = await fetchBot(api, signal);
    const notices = [
      ...(bot.seesGroups ? [] : [telegramErrors.TELEGRAM_PRIVACY_MODE([])]),
      ...webhookNotices(await webhookInfo(api, signal), mode),
    ];
    return {
      ok: known.length === 0,
      identity: { id: String(bot.id), name: bot.username === "" ? bot.name : `${bot.name} (@${bot.username})` },
      problems: known.map(problemOf),
      ...(notices.length === 0 ? {} : { notices: notices.map(problemOf) }),
    };
  } catch (error) {
    return { ok: false, problems: [...known, error].map(problemOf) };
  }
}

/** Only for notices, so that a server that does not know the method is no failure. */
async function webhookInfo(api: TelegramApi, signal: AbortSignal): Promise<WebhookInfo | undefined> {
  try {
    return await api.call(({ raw, signal: limited }) => raw.getWebhookInfo(limited), signal);
  } catch {
    return undefined;
  }
}

function webhookNotices(info: WebhookInfo | undefined, mode: TelegramAccount["mode"]): LoongError[] {
  if (info === undefined) return [];
  const { url = "", last_error_message: lastError, pending_update_count: pending } = info;
  // Only the host: the path of a webhook address is often a secret of its own.
  if (mode === "polling") return url === "" ? [] : [telegramErrors.TELEGRAM_WEBHOOK_SET([URL.parse(url)?.host ?? "…"])];
  if (url === "") return [telegramErrors.TELEGRAM_WEBHOOK_UNSET([])];
  return lastError === undefined ? [] : [telegramErrors.TELEGRAM_WEBHOOK_FAILING([lastError, pending])];
}
