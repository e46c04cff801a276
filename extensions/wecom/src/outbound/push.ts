import { type ConversationType, isLoongError } from "@loong/sdk";
import type { Body } from "../link/json.ts";
import { type Link, newReqId } from "../link/link.ts";
import type { Memory } from "../memory.ts";
import { isRateLimit } from "./pace.ts";
import { otherType, targetOf } from "./target.ts";

const CMD = "aibot_send_msg";

/**
 * Puts a message into a conversation, as one of its own.
 *
 * An id that nobody has spoken from yet may be a person's or a group's. A refusal says that nothing was shown, so the other
 * kind is tried then.
 *
 * @param content - Markdown, a card or a file: the platform takes no plain text here (40008).
 * @returns the id of the frame: the platform gives messages of bots none.
 */
export async function push(
  link: Link,
  to: string,
  content: Body,
  { chatTypes, pace }: Memory,
  signal: AbortSignal,
): Promise<string> {
  const target = targetOf(to, (id) => chatTypes.get(id));
  try {
    return await pushAs(target.type);
  } catch (error) {
    if (target.isSure || !mayBeOfOtherType(error)) throw meant(error);
    return pushAs(otherType(target.type)).catch(() => {
      throw meant(error);
    });
  }

  async function pushAs(type: ConversationType): Promise<string> {
    const reqId = newReqId(CMD);
    await link.request(CMD, { chatid: target.id, chat_type: type === "direct" ? 1 : 2, ...content }, signal, reqId);
    chatTypes.set(target.id, type);
    pace.count(target.id);
    return reqId;
  }

  function meant(error: unknown): unknown {
    return isRateLimit(error) ? pace.refused(target.id, chatTypes.get(target.id) !== undefined, error) : error;
  }
}

function mayBeOfOtherType(error: unknown): boolean {
  return isRateLimit(error) || (isLoongError(error) && error.code === "WECOM_CHAT_REFUSED");
}
