import { type MessageRef, type OutboundMessage, isLoongError } from "@loong/sdk";
import type { LarkApi, MessageType } from "../api/endpoints.ts";
import { feishuErrors } from "../errors.ts";
import type { Recent } from "../recent.ts";
import { renderings } from "./render.ts";
import type { SendSettings } from "./send.ts";

/**
 * Replaces the words of a message this account sent. A message keeps its kind for life: cards are patched, text and rich text
 * are edited as what they are.
 *
 * @throws FEISHU_EDIT_KIND for images and files, FEISHU_EDIT_REFUSED after 20 edits and past the time limit.
 * @see https://open.feishu.cn/document/server-docs/im-v1/message/update and …/message-card/patch (read 2026-05)
 */
export async function edit(
  at: MessageRef,
  { content }: OutboundMessage,
  { api, settings, sent }: { api: LarkApi; settings: SendSettings; sent: Recent<MessageType> },
  signal: AbortSignal,
): Promise<void> {
  if (content.type === "image" || content.type === "file") throw feishuErrors.FEISHU_EDIT_KIND([]);
  const known = sent.get(at.messageId);
  const ways = renderings(content, known === undefined ? settings.renderMode : modeOf(known));
  for (const way of ways) {
    const native = await way.write();
    if (known !== undefined && native.type !== known) continue;
    try {
      if (native.type === "interactive") return await api.patchCard(at.messageId, native.content, signal);
      return await api.edit(at.messageId, native, signal);
    } catch (error) {
      // After a restart the kind is not known; the platform tells by refusing the wrong one.
      if (known !== undefined || !isLoongError(error) || error.code !== "FEISHU_BAD_REQUEST") throw error;
    }
  }
  throw feishuErrors.FEISHU_EDIT_KIND([]);
}

function modeOf(type: MessageType): "card" | "post" | "text" {
  if (type === "interactive") return "card";
  return type === "post" ? "post" : "text";
}
