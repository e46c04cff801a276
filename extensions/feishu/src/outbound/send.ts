import { type OutboundContent, type OutboundMessage, type Receipt, isLoongError } from "@loong/sdk";
import type { LarkApi, MessageType, NativeMessage } from "../api/endpoints.ts";
import type { ReceiveIdType, RenderMode } from "../config.ts";
import type { Recent } from "../recent.ts";
import { type Placed, place } from "./place.ts";
import { type Rendering, type Ways, fits, renderings } from "./render.ts";
import { uploadFileMessage, uploadImageMessage } from "./upload.ts";

export interface SendSettings {
  readonly receiveIdType: ReceiveIdType;
  readonly renderMode: RenderMode;
}

export interface SendParts {
  readonly api: LarkApi;
  readonly settings: SendSettings;
  /** Notes what was sent as what, for edits to come. */
  readonly sent: Recent<MessageType>;
}

/** Refusals that a simpler form of the same words may pass. */
const FORM_REFUSALS: ReadonlySet<string> = new Set(["FEISHU_CARD_REFUSED", "FEISHU_TOO_LONG", "FEISHU_BAD_REQUEST"]);

/**
 * Sends one message in the best form the platform takes.
 *
 * Every try carries the same `uuid`. A refusal is an answer that no message was made, and the platform counts only
 * successes, so the key is still free for the next form; should an earlier try have been taken after all, its message is the
 * one that shows.
 */
export async function send(
  message: OutboundMessage,
  { api, settings, sent }: SendParts,
  signal: AbortSignal,
): Promise<Receipt> {
  async function say([way, ...simpler]: Ways, lost: readonly string[]): Promise<Receipt> {
    const [next, ...others] = simpler;
    const native = await way.write();
    if (next !== undefined && !fits(native)) return say([next, ...others], [...lost, `${way.label} too long`]);
    try {
      const placed = await place(native, message, api, settings.receiveIdType, signal);
      sent.set(placed.messageId, native.type);
      return receiptOf(placed, lost.length === 0 ? [] : [...lost, `sent as ${way.label}`]);
    } catch (error) {
      if (next === undefined || !isLoongError(error) || !FORM_REFUSALS.has(error.code)) throw error;
      return say([next, ...others], [...lost, `${way.label} refused (${error.message})`]);
    }
  }
  return say(await waysToSay(message.content, api, settings.renderMode, signal), []);
}

function receiptOf({ messageId, lost }: Placed, before: readonly string[]): Receipt {
  const degraded = [...before, ...lost].join(", ");
  return degraded === "" ? { messageId } : { messageId, degraded };
}

async function waysToSay(content: OutboundContent, api: LarkApi, mode: RenderMode, signal: AbortSignal): Promise<Ways> {
  switch (content.type) {
    case "image":
      return [uploaded("image", await uploadImageMessage(api, content.file, signal))];
    case "file":
      return [uploaded("file", await uploadFileMessage(api, content.file, signal))];
    case "text":
    case "markdown":
    case "card":
      return renderings(content, mode);
  }
}

function uploaded(label: string, native: NativeMessage): Rendering {
  return { label, write: async () => native };
}
