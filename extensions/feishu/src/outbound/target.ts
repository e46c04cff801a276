import type { Target } from "../api/endpoints.ts";
import type { ReceiveIdType } from "../config.ts";

/**
 * What kind of id an operator wrote. Chats, people and emails are known by their form; the rest is `fallback`.
 *
 * @see https://open.feishu.cn/document/faq/trouble-shooting/how-to-obtain-openid (read 2026-05)
 */
export function targetOf(to: string, fallback: ReceiveIdType): Target {
  const id = to.trim();
  if (id.startsWith("oc_")) return { type: "chat_id", id };
  if (id.startsWith("ou_")) return { type: "open_id", id };
  if (id.startsWith("on_")) return { type: "union_id", id };
  if (id.includes("@")) return { type: "email", id };
  return { type: fallback, id };
}

/** Clicks are answered too, and they have no message of their own to hang the answer on. */
export function isMessageId(id: string): boolean {
  return id.startsWith("om_");
}
