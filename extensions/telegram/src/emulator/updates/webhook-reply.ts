import { isRecord, parseJson, stringAt } from "@loong/emulator-kit";
import { createParams, type Params } from "../api/params.ts";
import type { PushResult } from "./webhook-request.ts";

export interface WebhookReply {
  readonly method: string;
  readonly params: Params;
}

const NOT_IN_REPLIES = /^(?:get.*|setwebhook|deletewebhook|close|logout)$/i;

/**
 * The method in the answer to an update, if there is one; its result is never seen.
 * @see https://core.telegram.org/bots/api#making-requests-when-getting-updates (read 2026-11)
 */
export function webhookReply({ body = "", contentType = "" }: PushResult): WebhookReply | undefined {
  const fields = contentType.startsWith("application/x-www-form-urlencoded")
    ? Object.fromEntries(new URLSearchParams(body))
    : parseJson(body);
  const method = stringAt(fields, "method");
  if (!isRecord(fields) || method === undefined || NOT_IN_REPLIES.test(method)) return undefined;
  return { method, params: createParams(fields) };
}
