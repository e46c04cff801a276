import { isLoongError } from "@loong/sdk";
import type { TelegramApi } from "../api/client.ts";
import type { MessagePlace } from "../message-id.ts";
import { readPreview } from "./preview.ts";

/** The message a preview consists of; a draft is none, and vanishes when the answer comes. */
export function messageOf(preview: string | undefined): MessagePlace | undefined {
  const found = readPreview(preview);
  return found?.kind === "message" ? found : undefined;
}

/**
 * Takes it away. That it is gone already, or too old to be deleted, is no failure.
 *
 * @see https://core.telegram.org/bots/api#deletemessage (read 2026-08)
 */
export async function deletePreview(api: TelegramApi, at: MessagePlace, signal: AbortSignal): Promise<void> {
  try {
    await api.call(
      ({ raw, signal: limited }) => raw.deleteMessage({ chat_id: at.chat, message_id: at.message }, limited),
      signal,
    );
  } catch (error) {
    if (!isLoongError(error) || error.outcome !== "rejected") throw error;
  }
}
