import { type OutboundMessage, isLoongError } from "@loong/sdk";
import type { LarkApi, NativeMessage } from "../api/endpoints.ts";
import type { ReceiveIdType } from "../config.ts";
import { isMessageId, targetOf } from "./target.ts";

export interface Placed {
  readonly messageId: string;
  readonly lost: readonly string[];
}

/** Hangs the message on the one it answers where that is still there, else puts it into the conversation. */
export async function place(
  native: NativeMessage,
  { to, inReplyTo, threadId, idempotencyKey: uuid }: Omit<OutboundMessage, "content">,
  api: LarkApi,
  receiveIdType: ReceiveIdType,
  signal: AbortSignal,
): Promise<Placed> {
  const create = async (lost: readonly string[]): Promise<Placed> => ({
    messageId: await api.create(targetOf(to, receiveIdType), native, uuid, signal),
    lost,
  });
  if (inReplyTo === undefined || !isMessageId(inReplyTo)) {
    return create(threadId === undefined ? [] : ["sent to the chat, not to the thread"]);
  }
  try {
    return { messageId: await api.reply(inReplyTo, native, uuid, threadId !== undefined, signal), lost: [] };
  } catch (error) {
    if (!isLoongError(error)) throw error;
    if (error.code === "FEISHU_MESSAGE_GONE") return create(["the answered message was recalled"]);
    if (error.code !== "FEISHU_THREAD_UNSUPPORTED" || threadId === undefined) throw error;
    return {
      messageId: await api.reply(inReplyTo, native, uuid, false, signal),
      lost: ["answered outside the thread"],
    };
  }
}
