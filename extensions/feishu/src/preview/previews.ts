import { join } from "node:path";
import type { ChannelHost, OutboundContent, StreamFeature } from "@loong/sdk";
import type { ApiClient } from "../api/client.ts";
import { createCardKit } from "../api/cardkit.ts";
import type { LarkApi } from "../api/endpoints.ts";
import type { ReceiveIdType } from "../config.ts";
import { feishuErrors } from "../errors.ts";
import { answerText, headOf, wholeCard } from "./card-json.ts";
import { createCards } from "./cards.ts";
import { type Ending, finish, takeAway } from "./finish.ts";
import { createMadeCards } from "./made-cards.ts";
import { createOpen } from "./open.ts";
import { type Preview, readPreview, writePreview } from "./preview.ts";
import { createSequence } from "./sequence.ts";

/**
 * A card takes 10 operations in a second, a message that is patched 5.
 * @see https://open.feishu.cn/document/cardkit-v1/streaming-updates-openapi-overview and …/message-card/patch (read 2026-05)
 */
const INTERVAL_MS = 300;

/** Answers while they are written. Everything a preview needs is in its text: another process goes on with it. */
export interface Previews {
  readonly feature: StreamFeature;
  /** Puts the answer in the preview's place, or takes the preview away. Safe to repeat. */
  finish(preview: string, content: OutboundContent, signal: AbortSignal): Promise<Ending>;
}

export interface PreviewParts {
  readonly api: LarkApi;
  readonly client: ApiClient;
  readonly receiveIdType: ReceiveIdType;
  readonly host: ChannelHost;
}

export function createPreviews({ api, client, receiveIdType, host }: PreviewParts): Previews {
  const { log, dataDir } = host;
  const now = () => host.clock.now();
  const cardKit = createCardKit(client);
  const cards = createCards(cardKit, createSequence(now));
  const made = createMadeCards(join(dataDir, "previews"), now);
  const open = createOpen({ api, cardKit, cards, made, receiveIdType, log, now });

  return {
    feature: {
      intervalMs: { direct: INTERVAL_MS, group: INTERVAL_MS },
      open: async (at, markdown, signal) => writePreview(await open(at, headOf(markdown), signal)),
      async update(text, markdown, signal) {
        const preview = known(text);
        const head = headOf(markdown);
        if (preview.kind === "card") await cards.write(preview, answerText(head), signal);
        else await api.patchCard(preview.messageId, wholeCard(head), signal);
        return text;
      },
      discard: (text, signal) => takeAway(known(text), { api, cards }, signal),
    },
    async finish(text, content, signal) {
      const preview = readPreview(text);
      if (preview === undefined) return { kind: "gone", why: "it was not made by this channel" };
      return finish(preview, content, { api, cards }, signal);
    },
  };
}

/** @throws FEISHU_PREVIEW_UNKNOWN */
function known(text: string): Preview {
  const preview = readPreview(text);
  if (preview === undefined) throw feishuErrors.FEISHU_PREVIEW_UNKNOWN([]);
  return preview;
}
