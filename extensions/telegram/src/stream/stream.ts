import { type PreviewPlace, type StreamFeature, isLoongError } from "@loong/sdk";
import { telegramErrors } from "../errors.ts";
import { MAX_TEXT, renderMarkdown } from "../outbound/markdown.ts";
import { type Outbox, editWords, sendWords } from "../outbound/message.ts";
import { type Place, placeOf, placeParameters, sendTo } from "../outbound/place.ts";
import type { Words } from "../outbound/words.ts";
import { type Preview, draftIdOf, markOf, readPreview, writePreview } from "./preview.ts";
import { deletePreview, messageOf } from "./preview-message.ts";

/** About one change a second in a private chat, and 20 messages and changes a minute in a group. */
const INTERVAL_MS = { direct: 1_000, group: 3_000 } as const;

type DraftPreview = Extract<Preview, { kind: "draft" }>;
type MessagePreview = Extract<Preview, { kind: "message" }>;

/**
 * Private chats show a draft, which fades when the answer comes; groups, and servers that know no drafts, show a message that
 * is edited.
 *
 * @see https://core.telegram.org/bots/api#sendmessagedraft (read 2026-08)
 */
export function createStream(outbox: Outbox): StreamFeature {
  const { api, migrations } = outbox;
  /** Until this server has said that it does not know the method. */
  let hasDrafts = true;

  async function showDraft(preview: DraftPreview, { text, entities }: Words, signal: AbortSignal): Promise<Preview> {
    const { chat, threadId, draft } = preview;
    const place: Place = { chat, isPlain: false, ...(threadId === undefined ? {} : { threadId }) };
    await sendTo(place, migrations, (at) => {
      const payload = {
        ...placeParameters(at),
        chat_id: chat,
        draft_id: draft,
        text,
        entities: at.isPlain ? [] : entities,
      };
      return api.call(({ raw, signal: limited }) => raw.sendMessageDraft(payload, limited), signal);
    });
    return preview;
  }

  /** `undefined` where drafts are not to be had. */
  async function openDraft(place: Place, key: string, words: Words, signal: AbortSignal): Promise<Preview | undefined> {
    const { chat, threadId } = place;
    if (!hasDrafts || typeof chat !== "number") return undefined;
    const draft = draftIdOf(key);
    const preview = { kind: "draft", chat, draft, ...(threadId === undefined ? {} : { threadId }) } as const;
    try {
      return await showDraft(preview, words, signal);
    } catch (error) {
      if (!isLoongError(error) || error.outcome !== "rejected") throw error;
      if (error.code === "TELEGRAM_METHOD_UNKNOWN") hasDrafts = false;
      return undefined;
    }
  }

  async function openMessage(place: Place, words: Words, signal: AbortSignal): Promise<Preview> {
    const { result } = await sendWords(outbox, words, place, signal);
    return { kind: "message", chat: result.chat.id, message: result.message_id, shown: markOf(words.text) };
  }

  async function updateMessage(preview: MessagePreview, words: Words, signal: AbortSignal): Promise<Preview> {
    const shown = markOf(words.text);
    if (shown === preview.shown) return preview;
    await editWords(outbox, words, preview, signal).catch((error: unknown) => {
      if (!isLoongError(error) || error.code !== "TELEGRAM_NOT_MODIFIED") throw error;
    });
    return { ...preview, shown };
  }

  return {
    intervalMs: INTERVAL_MS,
    async open(at, markdown, signal) {
      const place = placeOf(whereIs(at), migrations);
      const words = await previewWords(markdown);
      const isDirect = at.conversation.type === "direct";
      const draft = isDirect ? await openDraft(place, at.idempotencyKey, words, signal) : undefined;
      return writePreview(draft ?? (await openMessage(place, words, signal)));
    },
    async update(preview, markdown, signal) {
      const known = readPreview(preview);
      if (known === undefined) throw telegramErrors.TELEGRAM_MESSAGE_REF([preview]);
      const words = await previewWords(markdown);
      const showIn = known.kind === "draft" ? showDraft(known, words, signal) : updateMessage(known, words, signal);
      return writePreview(await showIn);
    },
    async discard(preview, signal) {
      const message = messageOf(preview);
      if (message !== undefined) await deletePreview(api, message, signal);
    },
  };
}

function whereIs({ conversation: { id, threadId }, messageId }: PreviewPlace) {
  return { to: id, inReplyTo: messageId, ...(threadId === undefined ? {} : { threadId }) };
}

/** The beginning of a text that is too long for one message. A character of two units is kept whole or left out. */
export async function previewWords(markdown: string): Promise<Words> {
  const room = MAX_TEXT - 2;
  const start = markdown.length <= MAX_TEXT ? markdown : `${markdown.slice(0, room).replace(/[\uD800-\uDBFF]$/, "")} …`;
  const formatted = await renderMarkdown(start);
  return { ...formatted, plain: formatted.text };
}
