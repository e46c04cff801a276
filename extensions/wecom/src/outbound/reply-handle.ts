import type { ReplyHandle } from "../memory.ts";
import type { Recent } from "../recent.ts";

/** The platform takes replies for 24 hours. @see https://developer.work.weixin.qq.com/document/path/101463 (read 2026-05) */
const REPLY_WINDOW_MS = 24 * 60 * 60_000;
const MARGIN_MS = 10 * 60_000;

/** The `req_id` under which a message can be answered; `undefined` for clicks, and for messages unknown or too old. */
export function replyHandle(replies: Recent<ReplyHandle>, messageId: string, nowMs: number): string | undefined {
  const found = replies.get(messageId);
  if (found === undefined || nowMs - found.receivedAtMs > REPLY_WINDOW_MS - MARGIN_MS) return undefined;
  return found.reqId;
}
